"""Many events, fast: rows made by the database out of a few that were published as people do it."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import text

from eventkit import db, jobs
from eventkit.models import Base
from tests.factories import make_event, make_user
from tests.factories.events import make_details

#: characters of a folded line of the descriptions
_LINE = 63


def fill(size: int) -> None:
    """Public events, so many more than there were; each has an entry and a place. One organizer has them all."""
    samples = [
        ("America/Toronto", "en", "A silent vigil with candles. " * 9, "Tenants of Dundas"),
        ("Europe/Berlin", "de", "Eine Mahnwache mit Kerzen und Musik. " * 7, "Mieterbund"),
        ("Asia/Damascus", "ar", "وقفة صامتة بالشموع أمام البلدية. " * 6, "نساء الحي"),
        ("Africa/Cairo", "en", "Bread, roses; and a march with drums 🥁. " * 8, "Bread and Roses"),
    ]
    user = make_user()
    begin = make_details().starts_local
    assert begin is not None
    made = [
        make_event(
            organizer=user, timezone=zone, language=language, what=what, host=host, tags=("housing", f"sample{number}"),
            starts_local=begin + timedelta(days=30 * number), ends_local=begin + timedelta(days=30 * number, hours=2),
        )
        for number, (zone, language, what, host) in enumerate(samples)
    ]  # fmt: skip
    jobs.run_all()  # a worker that locates so many places would be measured too
    db.session.rollback()
    bind = {"size": size - len(made), "first": len(made), "kinds": len(made), "words": _words()}
    series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :size)"
    sample = "FROM n JOIN {0} v ON v.{1} = 1 + i % :kinds"
    vevent = (
        "replace(replace(replace(v.vevent, 'UID:', 'UID:' || i), e.slug, e.slug || '-x' || i),"
        f" 'DESCRIPTION:', 'DESCRIPTION:' || substr(:words, 1 + {_LINE} * (i * 6 % 600), {_LINE * 6}))"
    )
    own = {
        "venues": {"id": "i + :first"},
        "events": {
            "id": "i + :first",
            "venue_id": "i + :first",
            "uid": "i || v.uid",
            "slug": "v.slug || '-x' || i",
        },
        "calendar_entries": {"event_id": "i + :first", "vevent": vevent, "stamp": "i"},
    }
    with db.transaction() as session:
        for table, made_up in own.items():
            others = [column.name for column in Base.metadata.tables[table].columns if column.name not in made_up]
            columns = ", ".join([*made_up, *others])
            values = ", ".join([*made_up.values(), *(f"v.{name}" for name in others)])
            source = sample.format(table, next(iter(made_up)))
            if table == "calendar_entries":
                source += " JOIN events e ON e.id = v.event_id"
            session.execute(text(f"INSERT INTO {table} ({columns}) {series} SELECT {values} {source}"), bind)
    if db.engine().dialect.name == "postgresql":
        with db.transaction() as session:
            for table in ("events", "venues"):
                session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
        with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _words() -> str:
    """Folded lines of words in no order: what people write does not shrink to nothing."""
    letters = random.Random(1)
    words = ["".join(letters.choices("etaoinshrdlucm", k=letters.randint(2, 9))) for _word in range(4_000)]
    text = " ".join(letters.choices(words, k=9_000))
    return "".join(f"{text[at : at + _LINE - 3]}\r\n " for at in range(0, (_LINE - 3) * 610, _LINE - 3))
