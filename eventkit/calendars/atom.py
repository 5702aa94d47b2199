"""What has changed lately, as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from eventkit import i18n
from eventkit.calendars import ical
from eventkit.events.models import Event
from eventkit.web import external_url

_NAMESPACE = "http://www.w3.org/2005/Atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"

ET.register_namespace("", _NAMESPACE)  # it is the default one, as feed readers without namespaces expect

#: what XML 1.0 has no way to write
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: of a feed in which nothing has happened yet
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed(events: Iterable[Event], *, address: str, page: str, title: str, site_name: str) -> bytes:
    """`address` is its own, which is also its id; `page` shows the same to people. Events stand in the order given.

    Comes from the records alone: the same events give the same bytes. Each entry is in its event's language.
    """
    events = list(events)
    root = ET.Element(f"{{{_NAMESPACE}}}feed", {f"{_XML}lang": i18n.current_locale().language})
    _text(root, "id", address)
    _text(root, "title", title)
    _text(root, "updated", _moment(max((event.modified_at for event in events), default=_EPOCH)))
    _text(_sub(root, "author"), "name", site_name)
    _sub(root, "link", rel="self", type="application/atom+xml", href=address)
    _sub(root, "link", rel="alternate", type="text/html", href=page)
    for event in events:
        _entry(root, event)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: ET.Element, event: Event) -> None:
    entry = _sub(root, "entry")
    entry.set(f"{_XML}lang", event.language)
    _text(entry, "id", uuid.uuid5(uuid.NAMESPACE_OID, event.uid).urn)
    with i18n.in_language(event.language):
        _text(entry, "title", ical.summary(event))
        content = _text(entry, "content", ical.description(event))
    content.set("type", "text")
    _text(entry, "updated", _moment(event.modified_at))
    if event.published_at:
        _text(entry, "published", _moment(event.published_at))
    _sub(entry, "link", rel="alternate", type="text/html", href=external_url("events.show", slug=event.slug))
    _sub(entry, "link", rel="related", type="text/calendar", href=external_url("calendars.event", slug=event.slug))
    for tag in event.tags:
        _sub(entry, "category", term=tag.name)


def _sub(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    written = {key: _UNWRITABLE.sub("", value) for key, value in attributes.items()}
    return ET.SubElement(parent, f"{{{_NAMESPACE}}}{name}", written)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = _sub(parent, name)
    element.text = _UNWRITABLE.sub("", text)
    return element


def _moment(instant: datetime) -> str:
    """RFC 3339 in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
