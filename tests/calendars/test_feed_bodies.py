"""The bytes of a feed, whatever pieces it is made of."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from eventkit.calendars import bodies, feed_server
from eventkit.calendars.bodies import Body


def body_of(*texts: bytes) -> Body:
    return bodies.body_of(bodies.make(number, text) for number, text in enumerate(texts))


def inflated(octets: bytes) -> bytes:
    """By a reader that knows one member only."""
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    text = reader.decompress(octets)
    assert reader.eof
    assert reader.unused_data == b""
    return text


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_every_form_is_the_same_text(texts: list[bytes]) -> None:
    body, text = body_of(*texts), b"".join(texts)
    assert inflated(body.gzip) == text
    assert b"".join(body.chunks()) == body.join() == b"".join(body.chunks()) == text
    for coding in ("br", "zstd"):
        body.pack(coding)
    assert brotli.decompress(body.packed["br"]) == text
    assert zstandard.ZstdDecompressor().decompressobj().decompress(body.packed["zstd"]) == text


def test_a_body_made_of_former_pieces_is_as_if_made_anew() -> None:
    letters = random.Random(1)
    texts = [letters.randbytes(letters.randint(1, 90_000)) for _piece in range(9)]
    former = body_of(*texts)
    for joined in (False, True, False):
        if joined:
            former.join()
        place = letters.randrange(9)
        texts[place] = letters.randbytes(50_000)
        pieces = list(former.made())
        pieces[place] = bodies.make(place, texts[place])
        former, anew = bodies.body_of(pieces), body_of(*texts)
        assert former.gzip == anew.gzip
        assert former.etag == anew.etag
        assert b"".join(former.chunks()) == b"".join(texts)
    assert former.join() == b"".join(texts)


def test_another_text_has_another_etag() -> None:
    etags = {body_of(*texts).etag for texts in ((b"a", b"b"), (b"b", b"a"), (b"a",), (b"a", b"b", b"c"))}
    assert len(etags) == 4


def test_what_is_too_large_is_not_kept_plain_and_inflated_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST_PLAIN", 100_000)
    text = b"BEGIN:VEVENT\r\n" * 5_000
    body = body_of(text, text, text)
    assert body.texts is None
    assert body.weight == len(body.gzip) < 10_000
    assert b"".join(body.chunks()) == text * 3 == gzip.decompress(body.gzip)


def test_readers_of_parts_are_few_at_once() -> None:
    body = body_of(b"text")
    taken = [feed_server._streams.acquire(blocking=False) for _each in range(3)]
    assert taken == [True, True, False]
    feed_server._streams.release(2)
    assert feed_server._streams.acquire(blocking=False)
    stream = feed_server._Stream(body)
    stream.close()
    stream.close()
    assert [feed_server._streams.acquire(blocking=False) for _each in range(3)] == [True, True, False]
    feed_server._streams.release(2)
