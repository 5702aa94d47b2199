"""Organizations of the demonstration. Every one is invented."""

from __future__ import annotations

from eventkit.organizations.actions import Particulars

ORGANIZATIONS = (
    Particulars(
        name="Health Workers for Peace",
        purpose="Nurses, medics and porters from nine hospitals",
        kind="professional",
        abbreviation="HWP",
        website="https://hwfp.example",
        text="We treat everyone, and we say who does the wounding.\n\nEvery first Monday we meet at eight in the "
        "cafeteria of the old infirmary. **New colleagues are welcome**, whatever their shift.",
    ),
    Particulars(
        name="Doctors of Conscience Ontario", purpose="Physicians who refuse to look away", kind="professional"
    ),
    Particulars(name="Tenants of Dundas East", purpose="A union of people who rent", kind="community"),
    Particulars(name="Transit Workers Local 88", purpose="Drivers, cleaners and controllers", kind="union"),
    Particulars(name="Ferry Street Mosque", purpose="A neighbourhood congregation", kind="faith"),
    Particulars(name="Grandmothers’ Vigil", purpose="Reading names since the first winter", kind="community"),
    Particulars(name="Climate Strike Toronto", purpose="Students for a liveable century", kind="students"),
    Particulars(
        name="Medics for Dignity",
        purpose="Field hospitals and training",
        kind="ngo",
        abbreviation="MPD",
        native_name="Médecins pour la dignité",
        native_name_language="fr",
        website="https://medecins-dignite.example",
    ),
    Particulars(
        name="Association of Free Midwives",
        purpose="Births without borders",
        kind="ngo",
        native_name="رابطة القابلات الحرّات",
        native_name_language="ar",
    ),
    Particulars(name="Mieterbund Nord-Neukölln", purpose="Nachbarn gegen Verdrängung", kind="community"),
    Particulars(name="Громада Майдан Надії", purpose="Волонтери та родини", kind="community"),
    Particulars(name="Coletivo Água Viva", purpose="Moradores das margens do rio", kind="coalition"),
    Particulars(name="Red de Vecinas del Centro", purpose="Vecinas que se cuidan", kind="community"),
    Particulars(name="Kadıköy Kent Savunması", purpose="Semt sakinleri", kind="coalition"),
)
