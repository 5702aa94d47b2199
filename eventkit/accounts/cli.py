"""`flask accounts …`: letting people in without a mail server."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventkit import clock, db, i18n
from eventkit.accounts import actions, mail, queries
from eventkit.errors import DomainError
from eventkit.web import external_url

accounts = AppGroup("accounts", help="Accounts of organizers and the operator.")


@accounts.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Sends EMAIL a single-use link that makes an account, and prints it."""
    try:
        address = actions.normalized_address(email)
        if queries.by_address(address):
            raise click.ClickException(f"{address} has an account already; `accounts link {address}` makes a way in")
        with db.transaction():
            token = actions.invite(address, now=clock.now())
            link = mail.send_invitation(address, token, language=i18n.SOURCE_LANGUAGE)
    except DomainError as error:
        raise click.ClickException(f"{email}: {error.message}") from error
    click.echo(link)


@accounts.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Prints a single-use link with which EMAIL chooses a new password and is signed in."""
    try:
        user = queries.by_address(actions.normalized_address(email))
    except DomainError as error:
        raise click.ClickException(f"{email}: {error.message}") from error
    if user is None:
        raise click.ClickException(f"nobody has an account with {email}; `accounts invite` makes one")
    with db.transaction():
        token = actions.create_link(email=user.email, user=user, now=clock.now())
    click.echo(external_url("accounts.welcome", token=token))


def welcome() -> list[str]:
    """What `serve` prints while there is no operator: the way in."""
    if queries.operator() is not None:
        return []
    with db.transaction():
        token = actions.create_first_link(now=clock.now())
    return [
        "Make your account with this link, which works once:",
        external_url("accounts.welcome", token=token),
    ]
