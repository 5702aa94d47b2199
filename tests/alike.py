"""What every application makes anew, and always alike, is made once in a process that makes thousands of them.

Nothing here knows anything of what a test stores: it is code, compiled from templates, addresses and statements.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing.rules import Rule

from eventkit.db import Base

_compile_builder = Rule._compile_builder


class _Templates(BytecodeCache):
    """The code of templates, by their names and the sums of what they say: one that changes is compiled again."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


class _Statements(LRUCache[Any, Any]):
    """Compiled statements as SQLAlchemy keeps them, but for every engine that speaks the same dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_alike(key), compiled)


def _alike(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), *rest)


_TEMPLATES = _Templates()
_STATEMENTS = _Statements(5_000)


def share(app: Flask) -> None:
    """Has the application take over what others before it have compiled."""
    app.jinja_env.bytecode_cache = _TEMPLATES
    for engine in (app.extensions["eventkit.engine"], app.extensions["eventkit.keys"]):
        engine.update_execution_options(compiled_cache=_STATEMENTS)


def compile_once() -> None:
    """Once for all applications of this process: what builds their addresses, and what writes their rows."""
    built: dict[object, Callable[..., tuple[str, str]]] = {}

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return _compile_builder(rule, append_unknown)
        key = (rule.rule, *rule._trace, append_unknown)
        if key not in built:
            built[key] = _compile_builder(rule, append_unknown)
        return built[key]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
    for mapper in Base.registry.mappers:
        mapper._compiled_cache = _Statements(1_000)
