"""Shouting, calmed: how words stand where the text does not shout."""

from collections.abc import Mapping, Sequence

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.tokens import BREAK, MARK, WORD, Token


def calm(text: str, tokens: Sequence[Token], usual: Mapping[str, str]) -> str:
    """Shouting in the usual case: each word as the rest of the text writes it, else small."""
    while "!!" in text or "??" in text:
        text = text.replace("!!", "!").replace("??", "?")
    words = [token for token in tokens if token.kind == WORD]
    loud = [token for token in words if token.text.isupper() and len(token.text) > 1]
    if len(loud) < 2 or len(loud) * 2 < len(words):
        return text.strip()
    pieces: list[str] = []
    at = tokens[0].start
    new_sentence = True
    for token in tokens:
        pieces.append(" " if token.start > at else "")
        at = token.end
        if token.kind == WORD and token.text.isupper():
            known = usual.get(token.fold)
            word = known if known is not None else token.text.lower()
            pieces.append(word[:1].upper() + word[1:] if new_sentence else word)
        else:
            pieces.append(token.text)
        new_sentence = token.text in ".!?:-" or (new_sentence and token.kind == MARK)
    title = "".join(pieces)
    while "!!" in title or "??" in title:
        title = title.replace("!!", "!").replace("??", "?")
    return title.strip()


def usual_case(document: Document) -> dict[str, str]:
    """How words stand inside sentences that do not shout: names with capitals, abbreviations all in capitals."""
    usual: dict[str, str] = {}
    shouting: set[int] = set()
    for n, line in enumerate(document.lines):
        if document.text[line.start : line.end].isupper():
            shouting.add(n)
    opening = True
    line_number = 0
    for token in document.tokens:
        if token.kind == BREAK:
            line_number += 1
            opening = True
            continue
        if token.kind == WORD and line_number not in shouting:
            if not opening or not token.capital or (token.text.isupper() and len(token.text) > 1):
                known = usual.get(token.fold)
                if known is None or token.text.islower():
                    usual[token.fold] = token.text
            opening = False
        elif token.kind == MARK and token.text in ".!?:":
            opening = True
    return usual
