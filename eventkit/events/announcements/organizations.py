"""Organizations that a text names, and what each will do: host, co-host, endorse, attend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.names import Names
from eventkit.events.announcements.reading import ROLES, ReadOrganization
from eventkit.events.announcements.tokens import BREAK, WORD, fold

_MOST = 40


@dataclass(frozen=True, slots=True)
class Found:
    """An organization and the offset at which the text names it."""

    organization: ReadOrganization
    at: int


class Organizations(Names):
    """The organizations of one text."""

    def __init__(self, document: Document, fields: Sequence[Field]) -> None:
        super().__init__(document)
        self._fields = fields

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
        labels = {it.at for it in self._fields if it.kind in ROLES}
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
            if tokens[i].start in labels:
                i += 1
                continue
            if (role := lexicon.at("role", tokens, i)) is not None:
                start, end = document.sentence_at(tokens[i].start)
                _, last = document.token_range(start, end)
                a = i + role.length
                if role.value.endswith("_before"):
                    first = document.token_range(start, end)[0]
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
                start, end = document.sentence_at(tokens[i].start)
                first, last = document.token_range(start, end)
                statement = " ".join(document.text[start:end].split()) if category != "host_verb" else None
                for field in self._fields:
                    if field.start >= start and field.start <= tokens[i].start and field.end > tokens[i].start:
                        first = document.token_range(field.start, field.end)[0]
                        statement = statement and " ".join(document.text[field.start : end].split())
                names = []
                if verb.value != "after":
                    names = list(self._names(first, i, kind, subject=True))
                if verb.value in ("after", "either") and not names:
                    names = list(self._names(i + verb.length, last, kind))[:3]
                for name, role_kind, at in names:
                    yield Found(ReadOrganization(name, role_kind, statement), at)
                break
            i += 1

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
