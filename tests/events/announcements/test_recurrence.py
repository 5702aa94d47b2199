"""What repeats becomes a rule (RFC 5545) and its first day."""

import pytest

from tests.events.announcements.texts import only


@pytest.mark.parametrize(
    ("text", "rule", "start"),
    [
        ("Vigil every Friday at 6pm, City Hall, Leeds", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Vigil Fridays at 6pm, City Hall, Leeds", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Picket every Monday and Thursday, 8am, City Hall", "FREQ=WEEKLY;BYDAY=MO,TH", "2016-09-29T08:00"),
        ("Vigil every other Friday at 6pm, City Hall", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2016-09-30T18:00"),
        ("Vigil at City Hall, first Friday of the month, 6pm", "FREQ=MONTHLY;BYDAY=1FR", "2016-10-07T18:00"),
        ("Vigil at City Hall, last Sunday of every month, 6pm", "FREQ=MONTHLY;BYDAY=-1SU", "2016-10-30T18:00"),
        ("Silent vigil daily at noon, City Hall, Leeds", "FREQ=DAILY", "2016-09-28T12:00"),
        ("Veillée tous les vendredis à 18h devant la mairie de Lyon", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Mahnwache jeden Freitag um 18 Uhr vor dem Rathaus in Bremen", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Mahnwache freitags um 18 Uhr vor dem Rathaus in Bremen", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Vigilia todos los viernes a las 18:00 en la Plaza Mayor", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Vigília todas as sextas-feiras às 18h na Praça da Sé", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Her cuma saat 18.00'de Taksim Meydanı'nda nöbet", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("Щоп'ятниці о 18:00 на площі Ринок у Львові пікет", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
        ("وقفة كل يوم جمعة الساعة 6 مساء أمام البرلمان", "FREQ=WEEKLY;BYDAY=FR", "2016-09-30T18:00"),
    ],
)
def test_rules(text: str, rule: str, start: str) -> None:
    event = only(text)
    assert (event.rrule, event.start_local) == (rule, start)


def test_a_rule_begins_where_the_text_says() -> None:
    event = only("Vigil every Friday at 6pm starting October 14, City Hall, Leeds")
    assert event.start_local == "2016-10-14T18:00"


def test_a_rule_ends_in_universal_time() -> None:
    event = only("Vigil every Friday at 6pm until October 28, City Hall, Toronto", country="CA")
    assert event.rrule == "FREQ=WEEKLY;BYDAY=FR;UNTIL=20161028T220000Z"


def test_one_friday_is_no_rule() -> None:
    assert only("Vigil on Friday, October 7 at 6pm, City Hall, Leeds").rrule is None
