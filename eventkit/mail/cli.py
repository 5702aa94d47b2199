"""Commands."""

from __future__ import annotations

import logging
import os
import sys

import click
from flask.cli import AppGroup

from eventkit import clock, db, jobs
from eventkit.mail import inbox
from eventkit.mail.incoming import LARGEST

mail = AppGroup("mail", help="Messages that come in.")

_log = logging.getLogger(__name__)


class NotStored(click.ClickException):
    """The mail server is to try again later (sysexits.h): any other status would make it return the message."""

    exit_code = os.EX_TEMPFAIL


class NothingThere(click.ClickException):
    exit_code = os.EX_NOINPUT


@mail.command("receive")
def receive_command() -> None:
    """Store the message on standard input, then read it. Unclear ones wait for a person, and are no failure."""
    stream = sys.stdin.buffer
    raw = stream.read(LARGEST)
    size = len(raw)
    while rest := stream.read(65536):  # to its end, or the mail server takes the closed pipe for a failure
        size += len(rest)
    if not raw.strip():
        raise NothingThere("there is no message on standard input: flask --app app mail receive < message.eml")
    try:
        with db.transaction():
            inbox.receive(raw, now=clock.now(), size=size)
    except Exception as error:
        raise NotStored(f"the message cannot be stored now ({type(error).__name__}); send it again later") from error
    try:
        jobs.run(inbox.INBOX)
    except Exception as error:
        _log.warning("the message is stored, and will be read later (%s)", type(error).__name__)
