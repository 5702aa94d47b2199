"""Vendor the solver of ALTCHA into static/vendor/altcha.

    python -m tools.vendor_altcha

Run by hand when the release changes; the result is committed, so neither a browser nor an installation
asks anybody for it. npm fetches the package, and the digest below decides whether it is the one we read.
The widget is not taken: see docs/decisions/0024-abuse.md.
"""

from pathlib import Path

from tools import npm

TARGET = Path(__file__).resolve().parent.parent / "static/vendor/altcha"
RELEASE = "3.2.2"
SHA512 = "yNITQaRSkRe0u/hMxdzoXFFqxqn9iDt1rJ0reREU3D3uDD3w1oFz6v5C2PMww2XnGThtYUwe8MW+PxsiBglNqw=="
# A worker of its own, to be loaded under a policy that allows neither inline scripts nor blobs.
WANTED = {"package/dist/workers/pbkdf2.js": "pbkdf2.js", "package/LICENSE.txt": "LICENSE"}


def main() -> None:
    """Fetch, compare and write the wanted files."""
    files = npm.files_of("altcha", RELEASE, SHA512)
    TARGET.mkdir(parents=True, exist_ok=True)
    for member, name in WANTED.items():
        (TARGET / name).write_bytes(files[member])


if __name__ == "__main__":
    main()
