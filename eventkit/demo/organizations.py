"""Organizations of the demonstration. Every one is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoOrganization:
    name: str
    purpose: str
    kind: str
    abbreviation: str = ""
    native_name: str = ""
    native_name_language: str = ""
    website: str = ""
    text: str = ""


ORGANIZATIONS = (
    DemoOrganization(
        "Health Workers for Peace",
        "Nurses, medics and porters from nine hospitals",
        "professional",
        "HWP",
        website="https://hwfp.example",
        text="We treat everyone, and we say who does the wounding.\n\nEvery first Monday we meet at eight in the "
        "cafeteria of the old infirmary. **New colleagues are welcome**, whatever their shift.",
    ),
    DemoOrganization("Doctors of Conscience Ontario", "Physicians who refuse to look away", "professional"),
    DemoOrganization("Tenants of Dundas East", "A union of people who rent", "community"),
    DemoOrganization("Transit Workers Local 88", "Drivers, cleaners and controllers", "union"),
    DemoOrganization("Ferry Street Mosque", "A neighbourhood congregation", "faith"),
    DemoOrganization("Grandmothers’ Vigil", "Reading names since the first winter", "community"),
    DemoOrganization("Climate Strike Toronto", "Students for a liveable century", "students"),
    DemoOrganization(
        "Medics for Dignity",
        "Field hospitals and training",
        "ngo",
        "MPD",
        native_name="Médecins pour la dignité",
        native_name_language="fr",
        website="https://medecins-dignite.example",
    ),
    DemoOrganization(
        "Association of Free Midwives",
        "Births without borders",
        "ngo",
        native_name="رابطة القابلات الحرّات",
        native_name_language="ar",
    ),
    DemoOrganization("Mieterbund Nord-Neukölln", "Nachbarn gegen Verdrängung", "community"),
    DemoOrganization("Громада Майдан Надії", "Волонтери та родини", "community"),
    DemoOrganization("Coletivo Água Viva", "Moradores das margens do rio", "coalition"),
    DemoOrganization("Red de Vecinas del Centro", "Vecinas que se cuidan", "community"),
    DemoOrganization("Kadıköy Kent Savunması", "Semt sakinleri", "coalition"),
)
