"""Organizations that a text names, and what each will do: host, co-host, endorse, attend."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.names import Names
from eventkit.events.announcements.reading import ROLES, ReadOrganization
from eventkit.events.announcements.tokens import BREAK, WORD, fold

_MOST = 40
_REACH = 90  # tokens between a verb and the names and the sentence that belong to it


@dataclass(frozen=True, slots=True)
class Found:
    """An organization and the offset at which the text names it."""

    organization: ReadOrganization
    at: int


class Organizations(Names):
    """The organizations of one text."""

    def __init__(self, document: Document, fields: Sequence[Field]) -> None:
        super().__init__(document)
        self._fields = sorted(fields, key=lambda it: it.start)
        self._starts = [it.start for it in self._fields]

    def find(self) -> list[Found]:
        """Every named organization once, in its nearest role, in the order of the text."""
        every = [*self._labelled(), *self._in_prose()]
        every.sort(key=lambda it: it.at)
        nearest: dict[str, Found] = {}
        for found in every[: _MOST * 4]:
            key = fold(found.organization.name).removeprefix("the ")
            known = nearest.get(key)
            if known is None:
                nearest[key] = found
                continue
            a, b = known.organization, found.organization
            closer = a if ROLES.index(a.role) <= ROLES.index(b.role) else b
            statement = a.statement or b.statement
            nearest[key] = Found(ReadOrganization(a.name, closer.role, statement), known.at)
        return list(nearest.values())[:_MOST]

    def _labelled(self) -> Iterator[Found]:
        for field in self._fields:
            if field.kind in ROLES:
                first, last = self._document.token_range(field.start, field.end)
                for name, role, at in self._names(first, last, field.kind, lines=True):
                    yield Found(ReadOrganization(name, role), at)

    def _in_prose(self) -> Iterator[Found]:
        tokens, lexicon, document = self._tokens, self._lexicon, self._document
        labelled = [document.token_range(it.start, it.end) for it in self._fields if it.kind in ROLES]
        labels = {k for it in self._fields if it.kind in ROLES for k in range(*document.token_range(it.at, it.start))}
        skip = iter(labelled)
        block = next(skip, None)
        i = 0
        while i < len(tokens):
            while block is not None and i >= block[1]:
                block = next(skip, None)
            if block is not None and i >= block[0] and lexicon.at("role", tokens, i) is None:
                i += 1
                continue
            if tokens[i].kind != WORD:
                i += 1
                continue
            if i in labels:
                i += 1
                continue
            if (role := lexicon.at("role", tokens, i)) is not None:
                first, last = self._around(i)
                a = i + role.length
                if role.value.endswith("_before"):
                    for name, kind, at in self._names(first, i, role.value.removesuffix("_before"), backwards=True):
                        yield Found(ReadOrganization(name, kind), at)
                else:
                    listed = a < len(tokens) and a >= last
                    if a < last and tokens[a].text == ":":
                        a += 1
                        listed = a >= last
                    if listed:  # a list in the lines below
                        last = self._list_end(a)
                    for name, kind, at in self._names(a, last, role.value, lines=listed):
                        yield Found(ReadOrganization(name, kind), at)
                i = max(a, i + 1)
                continue
            for category, kind in (
                ("present_verb", "attending"),
                ("endorse_verb", "endorsing"),
                ("host_verb", "host"),
            ):
                verb = lexicon.at(category, tokens, i)
                if verb is None:
                    continue
                first, last = self._around(i)
                start, end = tokens[first].start, tokens[last - 1].end
                statement = " ".join(document.text[start:end].split()) if category != "host_verb" else None
                names = []
                if verb.value != "after":
                    names = list(self._names(first, i, kind, subject=True))
                if verb.value in ("after", "either") and not names:
                    names = list(self._names(i + verb.length, last, kind))[:3]
                for name, role_kind, at in names:
                    yield Found(ReadOrganization(name, role_kind, statement), at)
                break
            i += 1

    def _around(self, i: int) -> tuple[int, int]:
        """The tokens of the sentence about token ``i``, or of the labelled value in it, in reach of a name."""
        document = self._document
        at = self._tokens[i].start
        start, end = document.sentence_at(at)
        k = bisect_right(self._starts, at) - 1
        if k >= 0 and self._fields[k].start > start and self._fields[k].end > at:
            start = self._fields[k].start
        first, last = document.token_range(start, end)
        return max(first, i - _REACH), min(max(last, i + 1), i + _REACH)

    def _list_end(self, a: int) -> int:
        """The token after a list that stands in the lines under "Endorsed by:"."""
        tokens, n = self._tokens, a
        begun = False
        while n < len(tokens) and n - a < 400:
            if tokens[n].kind == BREAK:
                if begun and n + 1 < len(tokens) and tokens[n + 1].kind == BREAK:
                    break
            else:
                begun = True
            n += 1
        return n
