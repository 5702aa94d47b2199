"""Vendor Leaflet into static/vendor/leaflet.

    python tools/vendor_leaflet.py

Run by hand when the release changes; the result is committed, so neither a browser nor an installation
asks anybody for it. npm fetches the package, and the digest below decides whether it is the one we read.
No picture is taken along: our pin is drawn by our own style sheet, and the layer switch is not used.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static/vendor/leaflet"
RELEASE = "1.9.4"
SHA512 = "nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA=="
# The minified build: the ES module comes only unminified, at two and a half times the bytes.
WANTED = {"package/dist/leaflet.js": "leaflet.js", "package/dist/leaflet.css": "leaflet.css",
          "package/LICENSE": "LICENSE"}  # fmt: skip


def main() -> None:
    """Fetch, compare and write the wanted files."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"leaflet@{RELEASE}"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            sys.exit(f"leaflet {RELEASE} is not the package that was reviewed: sha512 {digest}")
        TARGET.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as package:
            for member, name in WANTED.items():
                content = package.extractfile(member)
                assert content is not None, member
                (TARGET / name).write_bytes(strip(name, content.read()))


def strip(name: str, content: bytes) -> bytes:
    """Leave out what would make a browser ask for files that are not here."""
    text = content.decode()
    if name.endswith(".js"):
        text = re.sub(r"\n//# sourceMappingURL=.*", "", text)
    if name.endswith(".css"):
        text = re.sub(r"\n\s*background-image: url\(images/[^)]*\);", "", text)
    return text.encode()


if __name__ == "__main__":
    main()
