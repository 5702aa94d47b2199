"""Vendor Leaflet into static/vendor/leaflet.

    python -m tools.vendor_leaflet

Run by hand when the release changes; the result is committed, so neither a browser nor an installation
asks anybody for it. npm fetches the package, and the digest below decides whether it is the one we read.
No picture is taken along: our pin is drawn by our own style sheet, and the layer switch is not used.
"""

import re
from pathlib import Path

from tools import npm

TARGET = Path(__file__).resolve().parent.parent / "static/vendor/leaflet"
RELEASE = "1.9.4"
SHA512 = "nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA=="
# The minified build: the ES module comes only unminified, at two and a half times the bytes.
WANTED = {"package/dist/leaflet.js": "leaflet.js", "package/dist/leaflet.css": "leaflet.css",
          "package/LICENSE": "LICENSE"}  # fmt: skip


def main() -> None:
    """Fetch, compare and write the wanted files."""
    files = npm.files_of("leaflet", RELEASE, SHA512)
    TARGET.mkdir(parents=True, exist_ok=True)
    for member, name in WANTED.items():
        (TARGET / name).write_bytes(strip(name, files[member]))


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
