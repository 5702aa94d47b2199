"""What is sealed is read with its own key, at its own place, and never again once the key is destroyed."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from eventkit import create_app, keys, links
from eventkit.config import Settings, load
from tests.factories import make_user
from tests.postgresql import PostgresServer


def test_what_is_sealed_comes_back(db: ModuleType) -> None:
    sealer = keys.sealer(keys.create())
    sealed = sealer.seal("Нур, نور, Noor", "rsvp:1")
    assert sealer.unseal(sealed, "rsvp:1") == "Нур, نور, Noor"
    assert b"Noor" not in sealed


def test_the_same_text_is_never_sealed_the_same_way(db: ModuleType) -> None:
    sealer = keys.sealer()
    assert sealer.seal("Noor", "rsvp:1") != sealer.seal("Noor", "rsvp:1")


def test_a_sealed_text_cannot_be_moved_to_another_row(db: ModuleType) -> None:
    sealer = keys.sealer()
    with pytest.raises(keys.KeyDestroyed):
        sealer.unseal(sealer.seal("Noor", "rsvp:1"), "rsvp:2")


def test_a_changed_byte_is_noticed(db: ModuleType) -> None:
    sealer = keys.sealer()
    sealed = bytearray(sealer.seal("Noor", "rsvp:1"))
    sealed[-1] ^= 1
    with pytest.raises(keys.KeyDestroyed):
        sealer.unseal(bytes(sealed), "rsvp:1")


def test_a_destroyed_key_is_gone_from_the_file_too(db: ModuleType, settings: Settings) -> None:
    name = keys.create()
    path = settings.keys / "keys.sqlite"
    with sqlite3.connect(path) as connection:
        (secret,) = connection.execute("SELECT secret FROM keys WHERE name = ?", [name]).fetchone()
    sealed = keys.sealer(name).seal("Noor", "rsvp:1")
    keys.destroy(name)
    keys.destroy(name)  # destroying what is gone is no error
    with pytest.raises(keys.KeyDestroyed):
        keys.sealer(name).unseal(sealed, "rsvp:1")
    files = [file for file in settings.keys.iterdir() if secret in file.read_bytes()]
    assert files == []


def test_a_destroyed_key_is_not_in_the_blocks_of_a_journal_that_was_deleted(db: ModuleType, settings: Settings) -> None:
    """What a file held stays on the disk when it is deleted. A second name for it stands for that disk here."""
    names = [keys.create() for _ in range(60)]  # of several pages
    path, journal = settings.keys / "keys.sqlite", settings.keys / "keys.sqlite-journal"
    with sqlite3.connect(path) as connection:
        secrets = [row[0] for row in connection.execute("SELECT secret FROM keys WHERE name != 'site'")]
    assert any(secret in journal.read_bytes() for secret in secrets), "a control: journals hold keys"
    (disk := settings.keys / "disk").hardlink_to(journal)
    for name in names:
        keys.destroy(name)
        assert not disk.read_bytes().strip(b"\0")
    assert disk.samefile(journal)
    assert [file for file in settings.keys.iterdir() if any(secret in file.read_bytes() for secret in secrets)] == []
    assert keys.sealer()


def test_a_key_is_followed_by_another(db: ModuleType) -> None:
    first, other = keys.create(), keys.create()
    second = keys.renewed(first)
    assert keys.renewed(first) == second, "an attempt that was interrupted is taken up"
    third = keys.renewed(second)
    keys.renewed(third)  # and this one, too
    sealed = keys.sealer(third).seal("Noor", "rsvp:1")
    keys.destroy_former(third)
    assert [keys.exists(name) for name in (first, second, third, other, keys.SITE)] == [False, False, True, True, True]
    assert keys.sealer(third).unseal(sealed, "rsvp:1") == "Noor"
    assert keys.exists(keys.renewed(third))


def test_two_events_cannot_be_linked_by_a_fingerprint(db: ModuleType) -> None:
    one, other = keys.sealer(keys.create()), keys.sealer(keys.create())
    assert one.fingerprint("noor@example.org") == one.fingerprint("noor@example.org")
    assert one.fingerprint("noor@example.org") != other.fingerprint("noor@example.org")


def test_the_folders_are_their_owner_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")  # a command, which may run before there is a schema
    create_app(load({}))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_site_keeps_its_secret_over_restarts(make_app: Callable[..., Flask]) -> None:
    assert make_app().secret_key == make_app().secret_key


def test_no_key_is_in_the_data(app: Flask, db: ModuleType, settings: Settings) -> None:
    keys.create()
    with sqlite3.connect(settings.keys / "keys.sqlite") as connection:
        secrets = [row[0] for row in connection.execute("SELECT secret FROM keys")]
    assert len(secrets) == 2
    data = b"".join(file.read_bytes() for file in settings.data.rglob("*") if file.is_file())
    assert not [secret for secret in secrets if secret in data]


def test_a_one_time_sealer_opens_with_its_token_only(db: ModuleType) -> None:
    sealed = keys.one_time_sealer("token").seal("typed", "/organize/events/new")
    assert keys.one_time_sealer("token").unseal(sealed, "/organize/events/new") == "typed"
    with pytest.raises(keys.KeyDestroyed):
        keys.one_time_sealer("other").unseal(sealed, "/organize/events/new")


@pytest.mark.postgresql
def test_keys_for_several_hosts_live_in_a_postgresql_of_their_own(
    make_app: Callable[..., Flask], settings: Settings, postgresql_server: PostgresServer
) -> None:
    app = make_app(replace(settings, keys_url=postgresql_server.create("keys")))
    with app.app_context():
        name = keys.create()
        sealed = keys.sealer(name).seal("Noor", "rsvp:1")
        assert keys.sealer(name).unseal(sealed, "rsvp:1") == "Noor"
        keys.destroy(name)
        with pytest.raises(keys.KeyDestroyed):
            keys.sealer(name)


@pytest.mark.postgresql
def test_a_destroyed_key_is_gone_from_the_files_of_postgresql_too(
    make_app: Callable[..., Flask], settings: Settings, postgresql_server: PostgresServer
) -> None:
    """Not from its write-ahead log, which docs/threat-model.md says."""
    app = make_app(replace(settings, keys_url=postgresql_server.create("keys")))
    engine = app.extensions["eventkit.keys"]

    def files_with(secret: bytes) -> list[Path]:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        return [file for file in (folder / "base").rglob("*") if file.is_file() and secret in file.read_bytes()]

    with app.app_context():
        first = keys.create()
        second = keys.renewed(first)
        with engine.connect() as connection:
            secrets = [
                bytes(row[0]) for row in connection.exec_driver_sql("SELECT secret FROM keys ORDER BY created_at")
            ]
        kept = keys.signing_secret("test")
        assert [len(files_with(secret)) for secret in secrets] == [1, 1, 1], "a control: the files hold keys"
        keys.destroy_former(second)
        keys.destroy(second)
        assert [len(files_with(secret)) for secret in secrets] == [1, 0, 0]
        assert keys.signing_secret("test") == kept


@pytest.mark.postgresql
def test_a_table_that_others_hold_is_written_anew_by_the_next_attempt(
    make_app: Callable[..., Flask],
    settings: Settings,
    postgresql_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(keys, "_MILLISECONDS", 50)
    app = make_app(replace(settings, keys_url=postgresql_server.create("keys")))
    with app.app_context():
        first, other = keys.create(), keys.create()
        second = keys.renewed(first)
        with app.extensions["eventkit.keys"].connect() as reading:
            reading.exec_driver_sql("SELECT count(*) FROM keys")
            with pytest.raises(DBAPIError):
                keys.destroy_former(second)
            keys.destroy(other)
        assert [record.getMessage() for record in caplog.records] == [
            "a destroyed key is not overwritten yet (OperationalError)"
        ]
        assert not keys.exists(first)
        keys.destroy_former(second)


def test_accounts_outlive_the_site_s_key_and_links_do_not(make_app: Callable[..., Flask]) -> None:
    """As docs/operating.md tells whoever has lost the key store, or fears that it was copied."""
    before = make_app()
    with before.app_context():
        make_user(email="amal@example.org", password="four unrelated words here")
        link = links.sign("rsvp", 1, 0)
        keys.destroy(keys.SITE)
    after = make_app()
    with after.app_context():
        assert links.verify("rsvp", link) is None
        answer = after.test_client().post(
            "/organize/sign-in", data={"email": "amal@example.org", "password": "four unrelated words here"}
        )
    assert answer.status_code == 302
    assert answer.location == "/organize/back"
