"""Organizations by name and role; descriptions of people and the place that is protested at are none."""

import pytest

from tests.events.announcements.texts import only


def roles(text: str, country: str | None = None) -> list[tuple[str, str]]:
    event = only("Rally on Saturday October 1 at 1pm, City Hall, Leeds. " + text, country=country)
    return [(it.name, it.role) for it in event.organizations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Organized by Leeds Tenants Union.", [("Leeds Tenants Union", "host")]),
        ("Called by the Harbour Circle with Quay Voices.", [("Harbour Circle", "host"), ("Quay Voices", "cohost")]),
        ("Hosted by Hands That Pick and the Quiet Choir.", [("Hands That Pick", "host"), ("Quiet Choir", "host")]),
        ("Hosted by the Prairie & Coast Network.", [("Prairie & Coast Network", "host")]),
        (
            "Hosted by Bee Society, Quiet Choir & OCAP.",
            [("Bee Society", "host"), ("Quiet Choir", "host"), ("OCAP", "host")],
        ),
        (
            "Endorsed by Parents at Work and the Carers Guild.",
            [("Parents at Work", "endorsing"), ("Carers Guild", "endorsing")],
        ),
        ("Organized by local activists and residents.", []),
        ("In solidarity with Palestine and the people of Sudan.", []),
        ("The Bee Society will be there.", [("Bee Society", "attending")]),
        ("We will be there.", []),
    ],
)
def test_roles_in_prose(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


def test_a_statement_is_the_sentence() -> None:
    event = only(
        "Rally on Saturday October 1 at 1pm, City Hall, Leeds. The Bee Society will be present to demand flowers."
    )
    (bees,) = event.organizations
    assert (bees.role, bees.statement) == ("attending", "The Bee Society will be present to demand flowers.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Rassemblement samedi 1er octobre à 13h, place Bellecour à Lyon, à l'appel du "
            "Collectif Toits pour Toustes. "
            "Les Amis des Haies seront présents pour planter.",
            [("Collectif Toits pour Toustes", "host"), ("Amis des Haies", "attending")],
        ),
        (
            "Concentración el sábado 1 de octubre a las 18:00 en la Plaza Mayor. Convocan: Red Violeta y Casa Abierta. "
            "La Coordinadora Norte estará presente.",
            [("Red Violeta", "host"), ("Casa Abierta", "host"), ("Coordinadora Norte", "attending")],
        ),
        (
            "Kundgebung am Samstag, 1. Oktober, 13 Uhr, Rathausmarkt. "
            "Veranstaltet von Elbe Quer, unterstützt von Hafen Kollektiv.",
            [("Elbe Quer", "host"), ("Hafen Kollektiv", "endorsing")],
        ),
        (
            "Ato no sábado, 1º de outubro, às 15h, na Praça da Sé. "
            "Organizado pelo Movimento Catraca e pela Rede Leste.",
            [("Movimento Catraca", "host"), ("Rede Leste", "host")],
        ),
        (
            "1 Ekim Cumartesi günü saat 18.00'de Taksim Meydanı'nda eylem. Çağrıyı yapan: Mor Rıhtım İnisiyatifi.",
            [("Mor Rıhtım İnisiyatifi", "host")],
        ),
        (
            "Мітинг у суботу, 1 жовтня, о 18:00 на площі Ринок. Організатор — ініціатива «Голос Рідних».",
            [("Голос Рідних", "host")],
        ),
        (
            "وقفة يوم السبت 1 أكتوبر الساعة 6 مساء أمام البرلمان. بدعوة من نقابة المعلمين واتحاد الطلبة.",
            [("نقابة المعلمين", "host"), ("اتحاد الطلبة", "host")],
        ),
    ],
)
def test_roles_in_other_languages(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted((it.name, it.role) for it in only(text).organizations) == sorted(expected)


def test_a_list_below_its_label() -> None:
    event = only(
        "What: Rally\nWhen: Saturday October 1, 1pm\nWhere: City Hall, Leeds\n"
        "Endorsed by:\n- Bee Society\n- Quiet Choir\n\nBring bells."
    )
    assert [(it.name, it.role) for it in event.organizations] == [
        ("Bee Society", "endorsing"),
        ("Quiet Choir", "endorsing"),
    ]


def test_the_consulate_is_the_target() -> None:
    event = only(
        "What: Rally\nWhen: Saturday October 1, 1pm\n"
        "Where: Consulate General of Ruritania, 175 Bloor St. E, Toronto M4W 3R8"
    )
    assert event.venue_name == "Consulate General of Ruritania"
    assert (event.street, event.postal_code, event.country) == ("175 Bloor St. E", "M4W 3R8", "CA")
    assert event.organizations == ()
