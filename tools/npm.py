"""Packages of the npm registry, for the tools that vendor them: npm fetches one, and a digest decides whether it is the
one that was reviewed."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path


def files_of(package: str, release: str, sha512: str) -> dict[str, bytes]:
    """The files of a package by name, such as `package/LICENSE`.

    `sha512` is in base64, as the registry and every lock file of npm write it. Raises SystemExit where the archive has
    another.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{package}@{release}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (path,) = Path(folder).glob("*.tgz")
        archive = path.read_bytes()
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if digest != sha512:
        sys.exit(f"{package} {release} is not the package that was reviewed: sha512 {digest}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {member.name: tar.extractfile(member) for member in tar.getmembers() if member.isfile()}
        return {name: stream.read() for name, stream in members.items() if stream is not None}
