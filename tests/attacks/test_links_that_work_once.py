"""A link that works once, used twice, at once, or for somebody else."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from eventkit import clock
from eventkit.accounts import actions
from eventkit.accounts.models import OPERATOR, User
from tests.accounts.test_signing_in import PASSWORD
from tests.visitor import Visitor


@pytest.mark.both_databases
def test_two_who_use_it_at_once_make_one_account(app: Flask, db: ModuleType) -> None:
    with db.transaction():
        token = actions.create_link(role=OPERATOR, now=clock.now())
    visitors = [app.test_client() for _ in range(4)]

    def use(number: int) -> int:
        fields = {"email": f"operator{number}@example.org", "password": PASSWORD}
        return int(visitors[number].post(f"/organize/welcome/{token}", data=fields).status_code)

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda number: contextvars.Context().run(use, number), range(4)))
    assert statuses == [303, 410, 410, 410]
    assert len(db.session.scalars(select(User)).all()) == 1


def test_an_invitation_makes_no_account_with_somebody_elses_address(client: Visitor, db: ModuleType) -> None:
    """Organizations let people in by their address: nobody may have one that is not theirs."""
    with db.transaction():
        token = actions.invite("noor@example.org", now=clock.now())
    page = client.get(f"/organize/welcome/{token}").text
    assert "noor@example.org" in page
    made = client.post(f"/organize/welcome/{token}", data={"email": "chair@union.example", "password": PASSWORD})
    assert made.status_code == 303
    assert [user.email for user in db.session.scalars(select(User))] == ["noor@example.org"]
