"""What the demonstration holds. Every organization and every event is invented; the places exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from eventkit.events.models import ATTENDING, COHOST, ENDORSING, HOST


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


@dataclass(frozen=True)
class DemoEvent:
    """`day` counts from today; `status` is what became of it."""

    day: int
    starts: time | None
    ends: time | None
    timezone: str
    title: str
    what: str
    why: str
    venue: tuple[str, str, str, str, str]
    pin: tuple[float, float] | None
    parts: tuple[tuple[str, str, str], ...]
    coming: int = 0
    maybe: int = 0
    language: str = "en"
    who: str = ""
    rrule: str = ""
    tags: tuple[str, ...] = ()
    status: str = "published"
    reason: str = ""
    directions: str = ""


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

EVENTS = (
    DemoEvent(
        5,
        time(13),
        time(15),
        "America/Toronto",
        "Hands off the hospitals",
        "Rally and march. Families welcome.",
        "Forty-one hospitals hit since spring. The people who answer for it work in this building. "
        "We ask one thing: stop.",
        ("Consulate", "175 Bloor St. E", "Toronto", "M4W 3R8", "CA"),
        (43.67175, -79.37853),
        (
            ("Health Workers for Peace", HOST, ""),
            ("Doctors of Conscience Ontario", COHOST, "We will read the names of the hospitals at 1:30."),
            ("Transit Workers Local 88", ATTENDING, "We march behind our banner. Meet us at the Sherbourne exit."),
            ("Ferry Street Mosque", ATTENDING, "Hot tea for everyone from half past twelve."),
            ("Medics for Dignity", ENDORSING, "A clinic is not a target."),
            ("Grandmothers’ Vigil", ATTENDING, ""),
            ("Association of Free Midwives", ENDORSING, ""),
        ),
        coming=214,
        maybe=61,
        tags=("hospitals", "peace"),
        directions="South sidewalk, between Church and Jarvis. Bloor–Yonge station is four minutes on foot, step-free.",
    ),
    DemoEvent(
        3,
        time(19),
        time(21),
        "America/Toronto",
        "Rent freeze assembly",
        "We vote on the strike. Bring your lease.",
        "Our landlord wants 14 % more from January. Together we can say no.",
        ("Regent Hall", "203 Sackville St.", "Toronto", "M5A 3G1", "CA"),
        (43.65955, -79.36221),
        (("Tenants of Dundas East", HOST, ""),),
        coming=118,
        maybe=12,
        tags=("housing",),
    ),
    DemoEvent(
        4,
        time(17),
        time(18),
        "America/Toronto",
        "Names, read aloud",
        "A quiet hour. Candles are there.",
        "So that nobody becomes a number.",
        ("Queen’s Park, south steps", "", "Toronto", "", "CA"),
        (43.6614, -79.3917),
        (("Grandmothers’ Vigil", HOST, ""), ("Health Workers for Peace", ATTENDING, "We read the names of medics.")),
        coming=58,
        maybe=9,
        rrule="FREQ=WEEKLY",
        tags=("vigil",),
    ),
    DemoEvent(
        4,
        time(16),
        time(18),
        "America/Toronto",
        "Stop line 9",
        "March from the square to the bank.",
        "The pipe crosses 36 rivers. We drink from them.",
        ("Nathan Phillips Square", "100 Queen St. W", "Toronto", "M5H 2N2", "CA"),
        (43.6525, -79.3834),
        (("Climate Strike Toronto", HOST, ""),),
        coming=87,
        tags=("climate",),
        status="cancelled",
        reason="Storm warning with gusts of 110 km/h. We do not want anyone hurt by a falling branch. "
        "The new date is decided on Monday.",
    ),
    DemoEvent(
        6,
        time(11),
        time(13),
        "Europe/Paris",
        "Soigner n’est pas un crime",
        "Rassemblement silencieux en blouse blanche.",
        "Trois équipes de secours ont été visées en un mois. Nous exigeons leur protection.",
        ("Fontaine des Innocents", "Place Joachim-du-Bellay", "Paris", "75001", "FR"),
        (48.8606, 2.3479),
        (("Medics for Dignity", HOST, ""), ("Health Workers for Peace", ENDORSING, "Same coats, same oath.")),
        coming=162,
        maybe=40,
        language="fr",
        tags=("hospitals",),
    ),
    DemoEvent(
        9,
        time(18, 30),
        None,
        "Europe/Berlin",
        "Wohnungsgenossenschaftsgründungsversammlung",
        "Gründung, Satzung, Suppe.",
        "Weil unser Haus verkauft wird und wir bleiben.",
        ("Gemeinschaftsraum", "Weserstraße 40", "Berlin", "12045", "DE"),
        (52.4876, 13.4330),
        (("Mieterbund Nord-Neukölln", HOST, ""),),
        coming=44,
        maybe=15,
        language="de",
        tags=("housing",),
    ),
    DemoEvent(
        11,
        time(17),
        time(19),
        "Asia/Beirut",
        "القابلات إلى الشارع",
        "وقفة أمام الوزارة. العائلات مرحّب بها.",
        "أُغلقت ثلاثة أقسام ولادة هذا الشتاء. نطلب إعادة فتحها قبل الربيع.",
        ("وزارة الصحة العامة", "", "Beirut", "", "LB"),
        (33.8790, 35.4940),
        (("Association of Free Midwives", HOST, ""), ("Medics for Dignity", ATTENDING, "Nous serons là, en blanc.")),
        coming=310,
        maybe=75,
        language="ar",
        tags=("hospitals",),
    ),
    DemoEvent(
        12,
        time(12),
        time(14),
        "Europe/Kyiv",
        "Світло для лікарень",
        "Хода від парку до міської ради.",
        "Сорок лікарень працюють від генераторів. Ми просимо одного: світла.",
        ("Парк Шевченка", "вул. Володимирська, 60", "Київ", "01033", "UA"),
        (50.4419, 30.5133),
        (("Громада Майдан Надії", HOST, ""),),
        coming=96,
        maybe=8,
        language="uk",
        tags=("peace",),
    ),
    DemoEvent(
        16,
        time(9),
        time(12),
        "America/Sao_Paulo",
        "O rio é de todos",
        "Caminhada pela margem, com café no fim.",
        "A represa seca o rio de quem vive dele. Exigimos água para todos.",
        ("Praça da Sé", "", "São Paulo", "", "BR"),
        (-23.5503, -46.6339),
        (("Coletivo Água Viva", HOST, ""), ("Climate Strike Toronto", ENDORSING, "Every river is our river.")),
        coming=72,
        maybe=31,
        language="pt",
        tags=("climate", "water"),
    ),
    DemoEvent(
        19,
        time(18),
        time(20),
        "America/Mexico_City",
        "Ni una calle a oscuras",
        "Marcha con linternas. Trae la tuya.",
        "Cinco calles sin luz desde agosto. Queremos volver a casa sin miedo.",
        ("Monumento a la Revolución", "Plaza de la República", "Mexico City", "06030", "MX"),
        (19.4361, -99.1546),
        (("Red de Vecinas del Centro", HOST, ""),),
        coming=205,
        maybe=58,
        language="es",
        tags=("safety",),
    ),
    DemoEvent(
        23,
        time(14),
        time(16),
        "Europe/Istanbul",
        "Sahil hepimizin",
        "Yürüyüş, müzik, çay.",
        "Kıyıya duvar örülmesin. Denize çıkan yol herkese açık kalsın.",
        ("Süreyya Operası önü", "Bahariye Caddesi 29", "Istanbul", "34710", "TR"),
        (40.9885, 29.0290),
        (("Kadıköy Kent Savunması", HOST, ""),),
        coming=133,
        maybe=20,
        language="tr",
        tags=("water",),
    ),
    DemoEvent(
        30,
        None,
        None,
        "America/Toronto",
        "Night shift day of rest",
        "All day, on the lawn.",
        "Whoever works at night has a right to daylight too.",
        ("Allan Gardens", "19 Horticultural Ave", "Toronto", "", "CA"),
        (43.6619, -79.3746),
        (("Health Workers for Peace", HOST, ""), ("Transit Workers Local 88", COHOST, "")),
        coming=21,
        maybe=6,
        tags=("work",),
    ),
    DemoEvent(
        41,
        time(12),
        time(14),
        "America/Toronto",
        "A roof is a right",
        "Rally with soup.",
        "Nine hundred people sleep outside tonight.",
        ("by the fountain", "", "Toronto", "", "CA"),
        None,
        (("Tenants of Dundas East", HOST, ""),),
        coming=12,
        tags=("housing",),
        status="postponed",
        reason="The park is closed for repairs. We are looking for another place and tell you here.",
    ),
    DemoEvent(
        0,
        time(8),
        time(23, 30),
        "America/Toronto",
        "Sit-in for the Gerrard library",
        "Come and read with us, any hour.",
        "The city wants to sell the last library east of Broadview.",
        ("Gerrard/Ashdale branch", "1432 Gerrard St. E", "Toronto", "M4L 1Z6", "CA"),
        (43.6721, -79.3227),
        (("Tenants of Dundas East", HOST, ""),),
        coming=41,
        maybe=3,
        tags=("libraries",),
    ),
    DemoEvent(
        -9,
        time(13),
        time(15),
        "America/Toronto",
        "White coats to the ministry",
        "March in white.",
        "Wards without nurses are not wards.",
        ("Ministry of Health", "777 Bay St.", "Toronto", "M7A 2J3", "CA"),
        (43.6604, -79.3852),
        (("Health Workers for Peace", HOST, ""), ("Medics for Dignity", ATTENDING, "")),
        coming=340,
        maybe=55,
        tags=("hospitals",),
    ),
    DemoEvent(
        -40,
        time(10),
        time(16),
        "America/Toronto",
        "Blood drive and picket",
        "Give half a litre, stay for the picket.",
        "The blood bank is the last thing that they may close.",
        ("City Hall", "100 Queen St. W", "Toronto", "", "CA"),
        (43.6534, -79.3839),
        (("Health Workers for Peace", HOST, ""),),
        coming=230,
        tags=("hospitals",),
    ),
    DemoEvent(
        27,
        time(18),
        time(19),
        "America/Toronto",
        "Choir rehearsal for the march",
        "",
        "",
        ("", "", "Toronto", "", "CA"),
        None,
        (("Grandmothers’ Vigil", HOST, ""),),
        status="draft",
    ),
)
