"""Time zones as announcements write them: "1 pm ET", "18 Uhr MESZ", "3 pm EST" in July."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from eventkit.events.announcements.lexicon import Lexicon
from eventkit.events.announcements.tokens import Token

#: What an abbreviation claims, in minutes from UTC. Those not listed ("ET") only name a place's clock.
CLAIMS = {
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AST": -240, "ADT": -180, "NST": -210, "NDT": -150, "GMT": 0, "UTC": 0, "BST": 60, "WET": 0, "WEST": 60,
    "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "TRT": 180, "TSI": 180,
    "JST": 540, "AEST": 600, "AEDT": 660, "BRT": -180,
}  # fmt: skip


@lru_cache(maxsize=256)
def zone(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name; None for an unknown one."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=256)
def zone_of_country(country: str | None) -> str | None:
    """The zone of a country that has only one (CLDR); None for the others."""
    names = [name for name, territory in get_global("zone_territories").items() if territory == country]
    return names[0] if len(names) == 1 else None


def zone_at(lexicon: Lexicon, tokens: Sequence[Token], i: int) -> tuple[str | None, str | None, int]:
    """The zone written at token ``i``, perhaps in parentheses: (as written, IANA name, the token after it)."""
    j = i
    bracketed = j < len(tokens) and tokens[j].text == "("
    if bracketed:
        j += 1
    found = lexicon.at("zone", tokens, j)
    if found is None:
        return None, None, i
    words = tokens[j : j + found.length]
    written = " ".join(token.text for token in words)
    if found.length == 1 and len(written) <= 5 and not written.isupper() and written.isascii():
        return None, None, i  # "at" is no zone, "AT" is
    j += found.length
    if (rest := lexicon.at("zone_word", tokens, j)) is not None:
        j += rest.length
    if bracketed and j < len(tokens) and tokens[j].text == ")":
        j += 1
    return written, found.value, j


def offset(name: str, day: date, minutes: int) -> int:
    """Minutes from UTC on the clock of a zone, at that wall time of that day."""
    info = zone(name)
    if info is None:
        return 0
    moment = datetime.combine(day, time(0), info) + timedelta(minutes=min(minutes, 1439))
    difference = moment.utcoffset()
    return int(difference.total_seconds() // 60) if difference is not None else 0
