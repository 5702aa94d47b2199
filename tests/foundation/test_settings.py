"""A wrong setting stops the start with one line that names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventkit import create_app, links
from eventkit.config import LONGEST_LOCAL_PART, SettingsError, load


def test_nothing_has_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load({})
    assert settings.data == tmp_path / "data"
    assert settings.keys == tmp_path / "keys"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'eventkit.sqlite'}"
    assert settings.keys_url == f"sqlite:///{tmp_path / 'keys' / 'keys.sqlite'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.mail_from == "eventkit@127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "EVENTKIT_PORT"),
        ("PORT", "70000", "from 1 to 65535"),
        ("PORT", "٨٠٠٠", "EVENTKIT_PORT"),
        ("THREADS", "0", "EVENTKIT_THREADS"),
        ("WORKERS", "0", "from 1 to 64"),
        ("BASE_URL", "events.example.org", "https://events.example.org"),
        ("BASE_URL", "ftp://events.example.org", "EVENTKIT_BASE_URL"),
        ("BASE_URL", "https://events.example.org/?x=1", "EVENTKIT_BASE_URL"),
        ("DATABASE_URL", "mysql://localhost/events", "EVENTKIT_DATABASE_URL must begin with"),
        ("KEYS_URL", "redis://localhost", "EVENTKIT_KEYS_URL must begin with"),
        ("SMTP_URL", "mail.example.org", "smtp+starttls://"),
        ("QUEUE_URL", "amqp://localhost", "EVENTKIT_QUEUE_URL must begin with"),
        ("CONTACT", "the operator", "EVENTKIT_CONTACT"),
        ("MAIL_FROM", "the operator", "set an address alone"),
        ("MAIL_FROM", "@example.org", "set an address alone"),
        ("MAIL_FROM", "Events <events@example.org>", "set an address alone"),
        ("MAIL_FROM", "events-of-the-movement@example.org", "at most 21 letters before the @"),
        ("KEYS", "data", "keep the keys apart"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)) as raised:
        load({f"EVENTKIT_{name}": value})
    assert f"EVENTKIT_{name}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_longest_sender_leaves_room_for_the_token_of_a_reply() -> None:
    longest = "e" * LONGEST_LOCAL_PART
    assert load({"EVENTKIT_MAIL_FROM": f"{longest}@example.org"}).mail_from == f"{longest}@example.org"
    assert len(longest) + len("+") + links.LENGTH_IN_ADDRESS == 64


def test_keys_in_the_database_of_the_data_are_refused() -> None:
    one = "postgresql://localhost/eventkit"
    with pytest.raises(SettingsError, match="keep the keys apart"):
        load({"EVENTKIT_DATABASE_URL": one, "EVENTKIT_KEYS_URL": one.replace("postgresql", "postgres")})


def test_keys_beside_the_data_are_allowed_in_development() -> None:
    assert load({"EVENTKIT_KEYS": "data"}, development=True).keys.name == "data"


def test_postgresql_takes_several_web_processes() -> None:
    settings = load({"EVENTKIT_DATABASE_URL": "postgres://localhost/eventkit", "EVENTKIT_WORKERS": "4"})
    assert settings.database_url == "postgresql+psycopg://localhost/eventkit"
    assert settings.workers == 4


def test_the_start_ends_with_that_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTKIT_PORT", "eighty")
    with pytest.raises(SystemExit, match=r"^eventkit: EVENTKIT_PORT is 'eighty'"):
        create_app()
