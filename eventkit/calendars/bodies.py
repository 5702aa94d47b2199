"""The bytes of a feed, put together from pieces that are made once: plain, gzip, and what is packed later.

A piece is deflated by itself and ended by a full flush, so that pieces follow each other in one gzip member (RFC
1952), and a change costs the deflating of one piece. Several members would not do: Chromium ignores what follows the
first. The checksum of the whole is combined from those of the pieces, without reading the whole again.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Any

import brotli
import zstandard

#: a body that is larger is not kept as plain text: it is inflated piece by piece when somebody wants it so
LARGEST_PLAIN = 24 * 1024 * 1024

#: the content codings that are made of the whole, off the request's path
PACKED = ("br", "zstd")

#: octets that are sent at once where a body is not in one piece
_CHUNK = 256 * 1024

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


#: a piece, its text where that is kept, its deflated text
Made = tuple[Piece, bytes | memoryview | None, bytes | memoryview]


@dataclass
class Body:
    """A feed's text. `gzip` is whole from the start; `join` and `pack` make the other forms, which cost more."""

    etag: str
    pieces: tuple[Piece, ...]
    size: int
    gzip: bytes
    #: of the pieces; None where they are not kept
    texts: Sequence[bytes | memoryview] | None
    plain: bytes | None = None
    packed: dict[str, bytes] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Octets that it holds in memory."""
        return (0 if self.texts is None else self.size) + len(self.gzip) + sum(map(len, self.packed.values()))

    def chunks(self) -> Iterator[bytes]:
        """The plain text, in parts of some hundred thousand octets."""
        waiting: list[bytes | memoryview] = []
        for _piece, text, deflated in self.made():
            waiting.append(zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated) if text is None else text)
            if sum(map(len, waiting)) >= _CHUNK:
                yield b"".join(waiting)
                waiting = []
        yield b"".join(waiting)

    def made(self) -> Iterator[Made]:
        """Its pieces with their octets, for the next body."""
        at, gzip = len(_GZIP_HEAD), memoryview(self.gzip)
        for piece, text in zip(self.pieces, self.texts or repeat(None), strict=False):
            yield piece, text, gzip[at : at + piece.deflated_size]
            at += piece.deflated_size

    def join(self) -> bytes:
        """The plain text in one piece, where its pieces are kept."""
        if self.plain is None:
            assert self.texts is not None
            plain = b"".join(self.texts)
            whole, ends = memoryview(plain), accumulate(piece.size for piece in self.pieces)
            # What the pieces were cut from until now, former bodies, can go.
            self.texts = [whole[end - piece.size : end] for piece, end in zip(self.pieces, ends, strict=True)]
            self.plain = plain
        return self.plain

    def pack(self, coding: str) -> None:
        """Makes the whole in one stream of this coding: a second for ten thousand events."""
        if coding == "br":
            packer = brotli.Compressor(quality=_BROTLI_QUALITY)
            self.packed[coding] = b"".join([*map(packer.process, self.chunks()), packer.finish()])
        else:
            stream = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj(size=self.size)
            self.packed[coding] = b"".join([*map(stream.compress, self.chunks()), stream.flush()])


def make(number: int, text: bytes, *, mark: object = None, notes: Any = ()) -> Made:
    deflater = zlib.compressobj(_DEFLATE_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = deflater.compress(text) + deflater.flush(zlib.Z_FULL_FLUSH)
    digest = hashlib.sha256(text).digest()[:16]
    return Piece(number, mark, notes, digest, len(text), len(deflated), zlib.crc32(text)), text, deflated


def body_of(made: Iterable[Made]) -> Body:
    """The body of these pieces, in this order."""
    pieces: list[Piece] = []
    texts: list[bytes | memoryview | None] = []
    deflated: list[bytes | memoryview] = [_GZIP_HEAD]
    seal, size, crc = hashlib.sha256(), 0, 0
    for piece, text, deflated_text in made:
        pieces.append(piece)
        texts.append(text)
        deflated.append(deflated_text)
        seal.update(piece.digest)
        size += piece.size
        crc = _multiplied(_power(piece.size), crc) ^ piece.crc
    deflated.append(_LAST_BLOCK + crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little"))
    kept = [text for text in texts if text is not None] if size <= LARGEST_PLAIN else []
    return Body(
        etag=seal.hexdigest()[:32],
        pieces=tuple(pieces),
        size=size,
        gzip=b"".join(deflated),
        texts=kept if len(kept) == len(pieces) else None,
    )


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
