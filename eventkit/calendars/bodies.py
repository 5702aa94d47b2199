"""The bytes of a feed, put together from pieces that are made once: plain, gzip, and what is packed later.

A piece is deflated by itself and ended by a full flush, so that pieces follow each other in one gzip member (RFC
1952), and a change costs the deflating of one piece. Several members would not do: Chromium ignores what follows the
first. The checksum of the whole is combined from those of the pieces, without reading the whole again.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

import brotli
import zstandard

#: a body that is larger is not kept as plain text: it is inflated piece by piece when somebody wants it so
LARGEST_PLAIN = 24 * 1024 * 1024

#: the content codings that are made of the whole, off the request's path
PACKED = ("br", "zstd")

_DEFLATE_LEVEL = 6
_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # no name, no time: the same text gives the same bytes
_LAST_BLOCK = b"\x03\x00"  # of deflate, empty

#: the polynomial of CRC-32, lowest power in the highest bit
_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31


@dataclass(frozen=True, slots=True)
class Piece:
    """What is remembered of a piece. `mark` tells whether its sources have changed, `notes` are its maker's."""

    number: int
    mark: object
    notes: Any
    digest: bytes
    size: int
    deflated_size: int
    crc: int


Made = tuple[Piece, "bytes | memoryview | None", "bytes | memoryview"]


@dataclass
class Body:
    """A feed's text. `packed` is filled by whoever packs it."""

    etag: str
    pieces: tuple[Piece, ...]
    size: int
    plain: bytes | None
    gzip: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Octets that it holds in memory."""
        return len(self.plain or b"") + len(self.gzip) + sum(map(len, self.packed.values()))

    def chunks(self) -> Iterator[bytes]:
        """The plain text, a piece at a time."""
        if self.plain is not None:
            yield self.plain
            return
        for _piece, _plain, deflated in self.made():
            yield zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated)

    def made(self) -> Iterator[Made]:
        """Its pieces with their octets, for the next body."""
        at, packed_at = 0, len(_GZIP_HEAD)
        plain, gzip = memoryview(self.plain) if self.plain is not None else None, memoryview(self.gzip)
        for piece in self.pieces:
            text = None if plain is None else plain[at : at + piece.size]
            yield piece, text, gzip[packed_at : packed_at + piece.deflated_size]
            at += piece.size
            packed_at += piece.deflated_size


def make(number: int, text: bytes, *, mark: object = None, notes: Any = ()) -> Made:
    deflater = zlib.compressobj(_DEFLATE_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = deflater.compress(text) + deflater.flush(zlib.Z_FULL_FLUSH)
    digest = hashlib.sha256(text).digest()[:16]
    return Piece(number, mark, notes, digest, len(text), len(deflated), zlib.crc32(text)), text, deflated


def join(made: Iterable[Made]) -> Body:
    """The body of these pieces, in this order."""
    pieces: list[Piece] = []
    plain, gzip = BytesIO(), BytesIO()
    gzip.write(_GZIP_HEAD)
    seal, total, crc = hashlib.sha256(), 0, 0
    keeps_plain = True
    for piece, text, deflated in made:
        pieces.append(piece)
        gzip.write(deflated)
        seal.update(piece.digest)
        total += piece.size
        crc = _multiplied(_power(piece.size), crc) ^ piece.crc
        if text is None or total > LARGEST_PLAIN:
            keeps_plain = False
            plain = BytesIO()
        if keeps_plain and text is not None:
            plain.write(text)
    gzip.write(_LAST_BLOCK + crc.to_bytes(4, "little") + (total & 0xFFFFFFFF).to_bytes(4, "little"))
    return Body(
        etag=seal.hexdigest()[:32],
        pieces=tuple(pieces),
        size=total,
        plain=plain.getvalue() if keeps_plain else None,
        gzip=gzip.getvalue(),
    )


def pack(body: Body, coding: str) -> bytes:
    """The whole in one stream of this coding. Takes a second for ten thousand events."""
    if coding == "br":
        packer = brotli.Compressor(quality=_BROTLI_QUALITY)
        return b"".join([*map(packer.process, body.chunks()), packer.finish()])
    stream = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj(size=body.size)
    return b"".join([*map(stream.compress, body.chunks()), stream.flush()])


def _multiplied(a: int, b: int) -> int:
    """The product of two polynomials over GF(2), modulo that of CRC-32."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


@lru_cache(maxsize=8192)
def _power(size: int) -> int:
    """x to the power of 8 * `size`: what a checksum is multiplied by when so many octets follow."""
    result, square = _ONE, _ONE >> 8
    while size:
        if size & 1:
            result = _multiplied(square, result)
        square = _multiplied(square, square)
        size >>= 1
    return result
