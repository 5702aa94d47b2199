"""People with an account."""

from __future__ import annotations

import itertools

from flask_security.utils import hash_password

from eventkit import clock, db
from eventkit.accounts import actions
from eventkit.accounts.models import User

_number = itertools.count(1)


def make_user(*, email: str = "", name: str = "Amal Haddad", role: str = "", password: str = "") -> User:
    """An account. It has a password only where one is given, for hashing is slow on purpose."""
    with db.transaction():
        user = actions.create_user(
            email=email or f"person{next(_number)}@example.org", name=name, role=role, now=clock.now()
        )
        if password:
            user.password = hash_password(password)
    return user
