"""What a browser without script makes of a page: the fields of its form as they stand, and its text."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self.words: list[str] = []
        self._form: dict[str, str] | None = None
        self._textarea = self._select = ""
        self._text = ""
        self._first_line = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        name = values.get("name", "")
        if tag == "form":
            self._form = {}
            self.forms.append(self._form)
            self.actions.append(values.get("action", ""))
        if self._form is None:
            return
        if tag == "input" and name:
            self._input(values, name)
        elif tag == "textarea":
            self._textarea, self._text, self._first_line = name, "", True
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in values:
                self._form[self._select] = values.get("value", "")
            else:
                self._form.setdefault(self._select, values.get("value", ""))

    def _input(self, values: dict[str, str], name: str) -> None:
        assert self._form is not None
        if values.get("type") in {"radio", "checkbox"}:
            if "checked" in values:
                self._form[name] = values.get("value", "on")
        else:
            self._form[name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None:
            text = self._text.removeprefix("\r\n").removeprefix("\n") if self._first_line else self._text
            self._form[self._textarea] = text
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None


def form_on(page: str, action: str = "") -> dict[str, str]:
    """The fields of the page's form that goes to `action`, with what is in them; without `action`, of the largest."""
    reader = _Reader()
    reader.feed(page)
    pairs = [pair for pair in zip(reader.actions, reader.forms, strict=True) if not action or pair[0] == action]
    assert pairs, f"no form to {action}"
    return max((form for _action, form in pairs), key=len)


def words_of(page: str) -> str:
    """What can be read on the page, in one line."""
    reader = _Reader()
    reader.feed(re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL))
    return " ".join("".join(reader.words).split())
