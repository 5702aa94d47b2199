"""The lines that mail programs put above a forwarded or answered message: their dates are not the event's."""

from eventkit.events.announcements.cleaning import Clean, Line
from eventkit.events.announcements.lexicon import Lexicon
from eventkit.events.announcements.tokens import Token, tokenize

_FEWEST = 3


def without_mail_headers(clean: Clean, lexicon: Lexicon) -> Clean:
    """Drop blocks of "From: / Date: / Subject:" and "... wrote:", but keep the subject as a heading."""
    kinds = [_header(tokenize(clean.text[line.start : line.end]), lexicon) for line in clean.lines]
    drop: set[int] = set()
    subject: dict[int, int] = {}
    n = 0
    while n < len(kinds):
        begin = n
        while n < len(kinds) and kinds[n] is not None:
            n += 1
        block = range(begin, n)
        found = {kind[0] for kind in kinds[begin:n] if kind is not None}
        if len(block) >= _FEWEST and {"subject", "from"} <= found:
            for k in block:
                kind = kinds[k]
                if kind is not None and kind[0] == "subject":
                    subject[k] = clean.lines[k].start + kind[1]
                else:
                    drop.add(k)
        n = max(n, begin + 1)
    for k, line in enumerate(clean.lines):
        if kinds[k] is None and _introduces(tokenize(clean.text[line.start : line.end][-60:]), lexicon):
            drop.add(k)
    if not drop and not subject:
        return clean
    lines: list[Line] = []
    parts: list[str] = []
    at = 0
    for k, line in enumerate(clean.lines):
        if k in drop:
            continue
        part = clean.text[subject.get(k, line.start) : line.end].strip()
        parts.append(part)
        lines.append(Line(at, at + len(part), line.heading or k in subject, line.bullet, line.sign))
        at += len(part) + 1
    return Clean("\n".join(parts), tuple(lines))


def _header(tokens: list[Token], lexicon: Lexicon) -> tuple[str, int] | None:
    """The kind of header that a line is, and the offset of its value."""
    found = lexicon.at("mail_header", tokens, 0)
    if found is None or found.length >= len(tokens) or tokens[found.length].text != ":":
        return None
    return found.value, tokens[found.length].end


def _introduces(tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether a line ends in "wrote:"."""
    return len(tokens) >= 2 and tokens[-1].text == ":" and lexicon.at("wrote", tokens, len(tokens) - 2) is not None
