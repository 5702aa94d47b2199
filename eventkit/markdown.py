"""Markdown that people wrote, as HTML that can do no harm: no raw HTML, no pictures, no way out but links."""

from __future__ import annotations

from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {"p", "br", "hr", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "h5", "h6"}
_SCHEMES = {"http", "https", "mailto"}

# A page has its own h1 and h2: what people write begins below them.
_HEADINGS_DOWN = 2

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


def to_html(text: str) -> Markup:
    """CommonMark as paragraphs, lists, quotations, links and headings from h3 down. Anything else is text."""
    environment: dict[str, Any] = {}
    tokens = [_lowered(token) for token in _reader.parse(text, environment)]
    html = _reader.renderer.render(tokens, _reader.options, environment)
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
    )
    return Markup(safe)  # noqa: S704 - cleaned by the allow-list above


def _lowered(token: Token) -> Token:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + _HEADINGS_DOWN, 6)}"
    return token
