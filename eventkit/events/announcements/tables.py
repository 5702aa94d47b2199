"""Tables, as Markdown and HTML mail draw them: each row is read as if its columns' labels stood in it."""

from eventkit.events.announcements.cleaning import Clean, Line
from eventkit.events.announcements.lexicon import Lexicon
from eventkit.events.announcements.tokens import tokenize


def with_labelled_rows(clean: Clean, lexicon: Lexicon) -> Clean:
    """ "City | Date" above "Perth | 5 December" becomes "City: Perth | Date: 5 December"."""
    if "|" not in clean.text:
        return clean
    parts: list[str] = []
    lines: list[Line] = []
    columns: list[str] = []
    at = 0
    for line in clean.lines:
        text = clean.text[line.start : line.end]
        cells = [cell.strip() for cell in text.strip("| ").split("|")] if "|" in text else []
        if len(cells) >= 2 and all(_is_label(cell, lexicon) for cell in cells):
            columns = cells
            continue
        if columns and len(cells) == len(columns):
            text = " | ".join(f"{label}: {cell}" for label, cell in zip(columns, cells, strict=True) if cell)
        elif text.strip("|-: "):
            columns = []
        parts.append(text)
        lines.append(Line(at, at + len(text), line.heading, line.bullet, line.sign))
        at += len(text) + 1
    return Clean("\n".join(parts), tuple(lines))


def _is_label(cell: str, lexicon: Lexicon) -> bool:
    tokens = tokenize(cell[:80])
    found = lexicon.at("label", tokens, 0)
    return found is not None and found.length == len(tokens)
