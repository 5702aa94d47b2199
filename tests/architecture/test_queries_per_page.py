"""A page costs the same number of queries for one item and for three."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from eventkit.accounts.models import OPERATOR
from tests.architecture.site import Site
from tests.factories import make_user
from tests.visitor import Visitor


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    engine = app.extensions["eventkit.engine"]
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    yield statements
    sqlalchemy_event.remove(engine, "before_cursor_execute", note)


def _costs(app: Flask, size: int) -> dict[str, int]:
    """Queries per page of a site with `size` of everything, seen by its organizer, who is also the operator."""
    with app.app_context():
        organizer = make_user(role=OPERATOR)
        site = Site.build(app, organizer, size)
        visitor = app.test_client()
        assert isinstance(visitor, Visitor)
        visitor.sign_in(organizer)
        costs = {}
        for rule, path in site.paths("GET"):
            with counted(app) as statements:
                visitor.get(path)
            costs[rule.rule] = len(statements)
        return costs


def test_pages_cost_the_same_for_one_item_and_for_three(app: Flask) -> None:
    one = _costs(app, 1)
    three = _costs(app, 3)
    assert sum(one.values()) > 0
    assert {rule: (one[rule], three[rule]) for rule in one if three[rule] > one[rule]} == {}
