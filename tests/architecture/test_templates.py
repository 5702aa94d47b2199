"""Every template is reachable, every message has its parts, and every word can be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import jinja2
import pytest
from jinja2 import meta, nodes

from tests.architecture.modules import ROOT, modules

TEMPLATES = ROOT / "templates"
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
)
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
PARTS = {".subject.txt", ".txt", ".html"}

#: messages whose names Flask-Security chooses
_MESSAGES_OF_FLASK_SECURITY = {"accounts/reset_instructions", "accounts/reset_notice", "accounts/change_notice"}

#: the same in every language
_SAME_EVERYWHERE = {"eventkit", "CSV", "ICS", "UTC", "QR", "RSVP", "WHO", "http", "https"}

_SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label"}
_TRANSLATES = {"_", "gettext", "ngettext", "_l", "lazy_gettext", "pgettext", "npgettext"}
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class Prose(HTMLParser):
    """Collects what a person reads or hears of a page: text, and attributes that are spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        named = dict(attrs)
        for name, value in attrs:
            if name in _SPOKEN_ATTRIBUTES and value and not (tag == "meta" and named.get("name") != "description"):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def bare_text(source: str, *, html: bool) -> list[str]:
    """Words that stand in a template as they are, so that no translator ever sees them."""
    tree = ENVIRONMENT.parse(source)
    # An expression becomes a sign that is no letter, so that tags that it is part of stay whole.
    written = "".join(
        node.data if isinstance(node, nodes.TemplateData) else "\N{REPLACEMENT CHARACTER}"
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
    )
    if html:
        prose = Prose()
        prose.feed(re.sub("(</?)\N{REPLACEMENT CHARACTER}", r"\1x", written))  # <{{ tag }} class="…">
        prose.close()
        pieces = prose.found
    else:
        pieces = [written]
    attributes_set_aside = r'[\w-]+="[^"<>]*"'  # {% set language %}lang="…"{% endset %}
    words = [word for piece in pieces for word in _LETTERS.findall(re.sub(attributes_set_aside, "", piece))]
    said = [word for word in words if word not in _SAME_EVERYWHERE]
    return said + [text for text in _literals_outside_gettext(tree) if _LETTERS.search(text)]


def _literals_outside_gettext(tree: nodes.Template) -> list[str]:
    """Sentences handed to a macro as plain strings: a capital, then a blank or only letters."""
    marked = {
        id(leaf)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _TRANSLATES
        for leaf in call.find_all(nodes.Const)
    }
    return [
        leaf.value
        for call in tree.find_all(nodes.Call)
        for leaf in call.find_all(nodes.Const)
        if id(leaf) not in marked
        and isinstance(leaf.value, str)
        and re.match(r"[A-Z][a-z']*( |$)", leaf.value)
        and leaf.value not in _SAME_EVERYWHERE
        and leaf.value.upper() != leaf.value
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_template_can_be_translated(name: str) -> None:
    assert bare_text((TEMPLATES / name).read_text(encoding="utf-8"), html=name.endswith(".html")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Come along</p>",
        '<img alt="A map">',
        "{% if x %}<p {% if y %}class='a'{% endif %}>Come</p>{% endif %}",
        '{{ button("Send it") }}',
        "<meta name='description' content='Come along'>",
    ],
)
def test_a_bare_word_would_be_found(source: str) -> None:
    assert bare_text(source, html=True)


def test_what_is_marked_or_not_spoken_is_left_alone() -> None:
    source = """<p class="lead" data-kind="open">{{ _("Come along") }} · {{ name }}</p>
        {% trans %}Come along{% endtrans %}{{ button(_("Send it"), kind="primary") }}<script>let there = 1</script>"""
    assert bare_text(source, html=True) == []


def test_every_template_is_reachable() -> None:
    used, waiting = set(), list(_named_in_code())
    while waiting:
        name = waiting.pop()
        if name in used or not (TEMPLATES / name).exists():
            continue
        used.add(name)
        tree = ENVIRONMENT.parse((TEMPLATES / name).read_text(encoding="utf-8"))
        waiting += [found for found in meta.find_referenced_templates(tree) if found]
    assert [name for name in NAMES if name not in used] == []


def test_every_template_that_is_named_exists() -> None:
    named = {name for name in _named_in_code() if not name.startswith("security/")}
    referenced = {
        found
        for name in NAMES
        for found in meta.find_referenced_templates(ENVIRONMENT.parse((TEMPLATES / name).read_text(encoding="utf-8")))
        if found
    }
    assert sorted((named | referenced) - set(NAMES)) == []


def test_every_message_has_its_three_parts() -> None:
    parts: dict[str, set[str]] = {}
    for path in TEMPLATES.glob("mail/*/[!_]*"):
        stem, _, suffix = path.name.partition(".")
        parts.setdefault(f"{path.parent.name}/{stem}", set()).add(f".{suffix}")
    assert parts
    assert {message: found for message, found in parts.items() if found != PARTS} == {}


def _named_in_code() -> Iterator[str]:
    """Templates that the code names, whole or by a pattern with something filled in."""
    messages = set(_MESSAGES_OF_FLASK_SECURITY)
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w./-]+", node.value):
                if re.search(r"^\w.*/.*\.(html|txt|svg|xml)$", node.value):
                    yield node.value
                messages.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w-]+" for part in node.values
                )
                if re.match(r"[\w-]+/", pattern) and not pattern.startswith("accounts/"):
                    yield from (name for name in NAMES if re.fullmatch(pattern, name))
                    messages |= {
                        f"{path.parent.name}/{path.name.partition('.')[0]}"
                        for path in TEMPLATES.glob("mail/*/[!_]*.html")
                        if re.fullmatch(pattern, f"{path.parent.name}/{path.name.partition('.')[0]}")
                    }
    for message in messages:
        if (TEMPLATES / f"mail/{message}.html").exists():
            yield from (f"mail/{message}{part}" for part in PARTS)


# The same in Python: what is flashed, raised or written on a form.

_SAYS = {"flash", "DomainError", "InputRequired", "DataRequired", "ValidationError", "StopValidation", "ConfirmError"}


def unmarked_strings(tree: ast.Module) -> list[tuple[int, str]]:
    """(line, text) of every literal that a person would read and no translator would see."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        spoken = [keyword.value for keyword in call.keywords if keyword.arg in {"label", "description", "message"}]
        if name in _SAYS or name.endswith("Field"):
            spoken += call.args[:1]
        for value in spoken:
            for leaf in _shown(value):
                if _LETTERS.search(leaf.value) and leaf.value not in _SAME_EVERYWHERE:
                    found.append((leaf.lineno, leaf.value))
    return found


def _shown(value: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value
    elif isinstance(value, ast.JoinedStr):
        yield from (part for part in value.values if isinstance(part, ast.Constant))
    elif isinstance(value, ast.IfExp):
        yield from (*_shown(value.body), *_shown(value.orelse))


def test_every_word_that_the_code_says_can_be_translated() -> None:
    wrong = [
        f"{module.name}:{line}: {text}"
        for module in modules().values()
        if module.path.name != "cli.py" and module.feature != "demo"  # the operator's terminal speaks English
        for line, text in unmarked_strings(module.tree)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "code",
    [
        'flash("Saved")',
        'StringField("Name")',
        'Length(max=3, message="Too long")',
        'raise DomainError(f"No {x} here")',
        'flash("Saved" if new else _("Changed"))',
    ],
)
def test_an_unmarked_string_would_be_found(code: str) -> None:
    assert unmarked_strings(ast.parse(code))
