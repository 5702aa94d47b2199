"""How the reader's time grows with the length of a text: ordinary announcements and hostile ones.

For each shape, the processor time of 20,000 characters over that of 1,000, measured in one run on one machine, so
that a slow machine does not matter. Linear is 20; more than `MOST` fails. Run as ``python -m bench.announcements``.
"""

import sys
import time
from collections.abc import Callable
from datetime import date

from eventkit.events.announcements import read

SHORT, LONG = 1_000, 20_000
MOST = 30.0

ANNOUNCEMENT = """RALLY FOR SAFE HOUSING

WHO: Tenants and neighbours
WHAT: A rally with drums
WHEN: Saturday, October 3, 1-3 PM
WHERE: City Hall, 100 Queen St W, Toronto, ON M5H 2N2
WHY: Rents have doubled. The Parkdale Tenants Circle will be present to demand repairs.

"""
PROSE = (
    "Our landlords had a good year and we did not. On Saturday 3 October at 2pm we gather in front of the town hall in "
    "Leeds to demand repairs, and every neighbour is welcome. Organised by the Harehills Tenants Assembly. "
)


def filled(unit: str) -> Callable[[int], str]:
    """A text of any length out of one unit."""
    return lambda length: (unit * (length // len(unit) + 1))[:length]


SHAPES: dict[str, Callable[[int], str]] = {
    "labelled announcements": filled(ANNOUNCEMENT),
    "prose": filled(PROSE),
    "one announcement in a long letter": lambda n: (
        filled("The beans did well, thank you all for coming. ")(n - 300) + "\n\n" + ANNOUNCEMENT
    )[:n],
    "dates in a row": filled("October 1, 2 & 3, "),
    "numbers and dots": filled("1.2.3.4.5."),
    "times": filled("1-3 pm / 10am PT "),
    "one word": filled("a"),
    "capitals": filled("City Hall "),
    "addresses": filled("175 Bloor St. E, Toronto M4W 3R8, "),
    "labels without values": filled("WHEN: WHERE: WHO: "),
    "organizations": filled("organized by A and B, C & D, "),
    "subjects": filled("The Bee Society will be there and "),
    "quoted names": filled("«A will be there "),
    "weekdays": filled("Mon, Tue, "),
    "ordinals": filled("first and "),
    "rules": filled("every Monday and Tuesday until "),
    "changes": filled("postponed from May 1 to May 2 "),
    "addresses in prose": filled("at the City Hall, 1 Main Street, Leeds, "),
    "table": filled("| What | When |\n| a | b |\n"),
    "mail headers": filled("From: a\nDate: b\nSubject: c\n"),
    "open brackets": filled("((("),
    "open tags": filled("<a <b "),
    "closed tags": filled("<p>when: <b>1 May</b></p>"),
    "entities": filled("&amp;&lt;"),
    "comments": filled("<!-- "),
    "quotation marks": filled("> > "),
    "quoted-printable": filled("=C3=A9=\n"),
    "markdown links": filled("[a]("),
    "stars": filled("**_ "),
    "combining marks": filled("e\u0301\u0327\u0302"),
    "arabic": filled("السبت ١ تشرين الأول ٢٠٢٦ الساعة ٥ مساءً أمام السفارة في بيروت و"),
    "ukrainian": filled("У суботу, 3 жовтня, о 17:00 на площі Ринок у Львові збираємося на акцію. "),
    "line breaks": filled("\n"),
    "one line a word": filled("march\n"),
}


def seconds(text: str, repeat: int) -> float:
    """The least processor time of one reading out of several."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.process_time()
        read(text, published=date(2026, 9, 28), country="CA")
        best = min(best, time.process_time() - begin)
    return best


def main() -> int:
    read(ANNOUNCEMENT, published=date(2026, 9, 28))  # the tables are read once
    worst = 0.0
    for name, shape in SHAPES.items():
        short, long = seconds(shape(SHORT), 9), seconds(shape(LONG), 4)
        ratio = long / short
        worst = max(worst, ratio)
        print(
            f"{name:35} {short * 1000:8.1f} ms {long * 1000:9.1f} ms {ratio:7.1f}{'  TOO MUCH' if ratio > MOST else ''}"
        )
    print(f"{'worst ratio':35} {worst:29.1f}")
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
