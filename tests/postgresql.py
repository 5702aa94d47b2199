"""A PostgreSQL server for one run of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import psycopg


class PostgresServer:
    """Started from the installed binaries in a temporary folder, reached by a socket in it alone.

    PostgreSQL refuses to run as root; then it runs as the user `postgres`, which Debian's package makes.
    """

    def __init__(self) -> None:
        found = self.binaries()
        assert found is not None
        self._bin = found
        # Short, for a socket's path has 107 bytes at most.
        self._folder = Path(tempfile.mkdtemp(prefix="ek-pg-", dir="/tmp"))
        self._user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
            self._user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    @staticmethod
    def binaries() -> Path | None:
        """The folder of initdb and pg_ctl: the newest that Debian installed, or the one on the PATH."""
        for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
            if (folder / "initdb").exists():
                return folder
        on_path = shutil.which("initdb")
        return Path(on_path).resolve().parent if on_path else None

    def __enter__(self) -> Self:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        unsafe_but_fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' {unsafe_but_fast}"
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", f"{data}/log", "-o", options, "start")
        return self

    def __exit__(self, *_error: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def create(self, name: str, *, template: str = "template1") -> str:
        """Makes a database and answers its URL."""
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def drop(self, name: str) -> None:
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _sql(self, statement: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._user, str(self._bin / program), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
