"""A real IMAP server on a port of this machine, with one mailbox for each name."""

from __future__ import annotations

import getpass
import ipaddress
import os
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from imaplib import IMAP4
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "p@ss/word%"

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{folder}/mail/%n
mail_uid = {user}
mail_gid = {group}
imap_capability = {capability}
mailbox_list_index = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """Started from Debian's package in a temporary folder. As root its login runs as the package's own users."""

    def __init__(self, port: int, tls_port: int, *, idle: bool = True) -> None:
        self.port = port
        self.tls_port = tls_port
        self._idle = idle
        self._folder = Path(tempfile.mkdtemp(prefix="ek-imap-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def binary() -> str | None:
        return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

    def __enter__(self) -> Self:
        as_root = os.geteuid() == 0
        me = getpass.getuser()
        plain = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+"
        # Mail belongs to somebody who is not root: Dovecot refuses that.
        owner = "dovecot" if as_root else me
        text = _CONFIGURATION.format(
            folder=self._folder,
            port=self.port,
            tls_port=self.tls_port,
            internal="dovecot" if as_root else me,
            internal_group="dovecot" if as_root else "",
            login="dovenull" if as_root else me,
            user=owner,
            group=_id("-gn", owner),
            uid=_id("-u", owner),
            gid=_id("-g", owner),
            capability=f"{plain} IDLE" if self._idle else plain,
            password=PASSWORD.replace("%", "%%"),
        )
        certify(self._folder)
        (self._folder / "mail").mkdir()
        self._folder.chmod(0o755)
        if as_root:
            shutil.chown(self._folder / "mail", "dovecot", "dovecot")
        configuration = self._folder / "dovecot.conf"
        configuration.write_text(text)
        command = [str(self.binary()), "-F", "-c", str(configuration)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        until = time.monotonic() + 20
        while True:
            try:
                self._session("probe").logout()
            except (OSError, IMAP4.error) as error:
                if time.monotonic() > until or self._process.poll() is not None:
                    log = self._folder / "log"
                    said = log.read_text() if log.exists() else ""
                    self.__exit__()
                    raise RuntimeError(f"dovecot does not answer ({error}): {said}") from error
                time.sleep(0.1)
            else:
                return self

    def __exit__(self, *_error: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def certificate(self) -> Path:
        return self._folder / "certificate.pem"

    def url(self, user: str, scheme: str = "imap") -> str:
        port = self.tls_port if scheme == "imaps" else self.port
        return f"{scheme}://{user}:p%40ss%2Fword%25@127.0.0.1:{port}/INBOX"

    def deliver(self, user: str, *raws: bytes) -> None:
        session = self._session(user)
        for raw in raws:
            assert session.append("INBOX", None, None, raw)[0] == "OK"
        session.logout()

    def unseen(self, user: str) -> int:
        session = self._session(user)
        session.select("INBOX", readonly=True)
        found = session.search(None, "UNSEEN")[1][0]
        session.logout()
        return len(found.split())

    def _session(self, user: str) -> IMAP4:
        session = IMAP4("127.0.0.1", self.port, timeout=60)
        session.login(user, PASSWORD)
        return session


def certify(folder: Path) -> None:
    """A certificate for this machine that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _id(kind: str, name: str) -> str:
    return subprocess.run(["id", kind, name], capture_output=True, text=True, check=True).stdout.strip()
