"""An OpenDocument spreadsheet (ISO/IEC 26300) of one table, written row by row.

Every cell says its type: what is text stays text, whatever it begins with. A library that builds the document as a tree
took a minute for a big event.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

#: a datetime is written as local wall time: the format knows no offset
Cell = str | int | datetime | None

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>\n"
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<office:document-content"
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' office:version="1.3">'
    "<office:automatic-styles>"
    '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>'
    '<style:style style:name="instant" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="heading" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>\n"

#: characters that XML 1.0 has no way to write
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: blanks that a reader of the format would fold into one (ISO/IEC 26300-3, 6.1.2)
_BLANKS = re.compile(r"^ | {2,}| $|\t")
#: what other programs refuse in the name of a sheet, and how long it may be there
_NOT_IN_NAMES, _LONGEST_NAME = re.compile(r"[\[\]*?:/\\']"), 31


def ods(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file. `name` is that of the sheet; the columns are its first row, in bold."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", _MIMETYPE, zipfile.ZIP_STORED
        )  # first and not compressed, so that it is a magic number
        archive.writestr("/".join(("META-INF", "manifest.xml")), _MANIFEST)
        with archive.open("content.xml", "w") as content:
            for part in _content(name, columns, rows):
                content.write(part.encode())
    return file.getvalue()


def _content(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    sheet = _NOT_IN_NAMES.sub(" ", _UNWRITABLE.sub("", name)).strip()[:_LONGEST_NAME] or "1"
    yield f"{_HEAD}<table:table table:name={quoteattr(sheet)}>"
    yield "<table:table-header-rows><table:table-row>"
    yield "".join(_text(column, ' table:style-name="heading"') for column in columns)
    yield "</table:table-row></table:table-header-rows>"
    for row in rows:
        yield f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
    yield _TAIL


def _cell(value: Cell) -> str:
    if isinstance(value, datetime):
        wall = value.replace(tzinfo=None, microsecond=0)
        return (
            '<table:table-cell table:style-name="instant" office:value-type="date" '
            f'office:date-value="{wall.isoformat()}"><text:p>{wall:%Y-%m-%d %H:%M}</text:p></table:table-cell>'
        )
    if isinstance(value, int):
        number = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"
    return _text(value) if value else "<table:table-cell/>"


def _text(value: str, style: str = "") -> str:
    lines = re.split("\r\n|\r|\n", _UNWRITABLE.sub("", value))
    paragraphs = "".join(f"<text:p>{_BLANKS.sub(_blank, escape(line))}</text:p>" for line in lines)
    return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'


def _blank(found: re.Match[str]) -> str:
    return "<text:tab/>" if found.group() == "\t" else f'<text:s text:c="{len(found.group())}"/>'
