"""Vendor the solver of ALTCHA into static/vendor/altcha.

    python tools/vendor_altcha.py

Run by hand when the release changes; the result is committed, so neither a browser nor an installation
asks anybody for it. npm fetches the package, and the digest below decides whether it is the one we read.
The widget is not taken: see docs/decisions/0024-abuse.md.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static/vendor/altcha"
RELEASE = "3.2.2"
SHA512 = "yNITQaRSkRe0u/hMxdzoXFFqxqn9iDt1rJ0reREU3D3uDD3w1oFz6v5C2PMww2XnGThtYUwe8MW+PxsiBglNqw=="
# A worker of its own, to be loaded under a policy that allows neither inline scripts nor blobs.
WANTED = {"package/dist/workers/pbkdf2.js": "pbkdf2.js", "package/LICENSE.txt": "LICENSE"}


def main() -> None:
    """Fetch, compare and write the wanted files."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"altcha@{RELEASE}"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            sys.exit(f"altcha {RELEASE} is not the package that was reviewed: sha512 {digest}")
        TARGET.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as package:
            for member, name in WANTED.items():
                content = package.extractfile(member)
                assert content is not None, member
                (TARGET / name).write_bytes(content.read())


if __name__ == "__main__":
    main()
