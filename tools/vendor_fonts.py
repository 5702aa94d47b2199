"""Vendor the typefaces of the pages into ``static/fonts`` and write ``static/css/fonts.css``.

A build tool, run by hand when a face or a release changes. Its results are committed, so that neither a
visitor's browser nor an installation ever asks anybody for a font::

    uv run --no-project --with fonttools --with brotli python -m tools.vendor_fonts

The packages come from the npm registry through npm itself and are compared with the digests below. The
style sheets know two families, *Eventkit Display* and *Eventkit Text*; in each, ``unicode-range`` gives every
script its own face, so that a browser fetches only what a page really contains. *Eventkit Figures* are the
figures that stand beside Arabic letters.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
from fontTools.ttLib.tables._g_l_y_f import GlyphComponent  # type: ignore[import-not-found]

from tools import npm

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
STYLESHEET = ROOT / "static" / "css" / "fonts.css"

HEAD = "Written by tools/vendor_fonts.py. Licences: static/fonts/OFL-*.txt (SIL Open Font License 1.1)."

RELEASE = "5.3.0"
# SHA-512 in base64, as the registry and every lock file of npm write it.
DIGESTS = {
    "sofia-sans-extra-condensed": (
        "2e4gWBJn8sUJMoQx6VTpXIlPIezZpyjJLEstaSZb9nOkQLwP8+kr48dOJEYVo0t3iqCYvQUjbpLIbpgPICfmkw=="
    ),
    "fira-sans-extra-condensed": (
        "AiwnJulSkWNY0SYSOmdf3oFO9G8Soc3FYyYS81BWXVUSLqj2V/YXf4vC9xTohLOPIbXnDbpeelje692zLT5O6w=="
    ),
    "golos-text": ("R+gM4qOZSrge4TtEGps0zTpU8X4e7e32L+3yy0J/2LnVB/IERlidEpXPWSZVGzTaL5QnPRVmoebRXSuVtjUIVg=="),
    "lalezar": ("ptwEfWP7OlucVaRHpuMo6tfvw9xDcBEoaiIvzSDUb7z5pih+DZIRKLarulkJunVR+DnQ5VaJVjuVVOwrqiq7Cw=="),
    "cairo": ("MdY6+gee1DVz4eUvx1Dd8Y1f50WcRELRKwKBarYZA3zT8dMhkuTWbcoE1LzezAy97h/9rob87s02NI6L8MaDgA=="),
}

LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, "
    "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
LATIN_EXT = (
    "U+0100-0130, U+0132-0151, U+0154-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, "
    "U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF"
)
CYRILLIC = "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116"
ARABIC = "U+0600-06FF, U+0750-077F, U+200C-200D, U+FB50-FDFF, U+FE70-FEFC"

# Arabic, Persian and Urdu: letters, vowel signs, punctuation and both sets of digits. Kurdish, Pashto and
# Sindhi need more; static/css/scripts.css sets them whole in the system's own faces.
ARABIC_LETTERS = frozenset(
    [
        *(0x060C, 0x061B, 0x061F, 0x06D4, 0x066A, 0x066B, 0x066C),
        *range(0x0621, 0x063B),
        *range(0x0640, 0x0656),
        *range(0x0660, 0x066A),
        *(0x0670, 0x0671, 0x0679, 0x067E, 0x0686, 0x0688, 0x0691, 0x0698, 0x06A9, 0x06AF, 0x06BA, 0x06BE),
        *(0x06C0, 0x06C1, 0x06C2, 0x06C3, 0x06CC, 0x06D2, 0x06D3),
        *range(0x06F0, 0x06FA),
    ]
)
# Western figures beside Arabic letters, with what stands between them in a telephone number, a time, a date.
FIGURES = frozenset(map(ord, "0123456789+-,.:/%()–"))


@dataclass(frozen=True)
class Face:
    """One file of a package and the place that it takes in a family of ours."""

    package: str
    file: str
    family: str
    weight: int
    range: str
    size_adjust: str | None = None
    subset: frozenset[int] | None = None
    name: str | None = None

    @property
    def target(self) -> str:
        """The file's name in ``static/fonts``."""
        return f"{self.name or self.file.removesuffix('-normal')}.woff2"


def in_ranges(characters: Iterable[int]) -> str:
    """Write code points as the value of ``unicode-range``, runs joined."""
    runs: list[list[int]] = []
    for point in sorted(characters):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ", ".join(f"U+{a:04X}" if a == b else f"U+{a:04X}-{b:04X}" for a, b in runs)


DISPLAY, TEXT, FIGURE = "Eventkit Display", "Eventkit Text", "Eventkit Figures"
SOFIA, FIRA = "sofia-sans-extra-condensed", "fira-sans-extra-condensed"

FACES = (
    Face(SOFIA, f"{SOFIA}-latin-900-normal", DISPLAY, 900, LATIN),
    Face(SOFIA, f"{SOFIA}-latin-ext-900-normal", DISPLAY, 900, LATIN_EXT),
    # Sofia draws Cyrillic in the Bulgarian way for every language but Russian; Fira reads right in Ukrainian.
    Face(FIRA, f"{FIRA}-cyrillic-900-normal", DISPLAY, 900, CYRILLIC, size_adjust="93%"),
    # Lalezar has one weight, a heavy one. Declared as 900, it is never emboldened by a browser.
    Face(
        "lalezar",
        "lalezar-arabic-400-normal",
        DISPLAY,
        900,
        in_ranges(ARABIC_LETTERS),
        subset=ARABIC_LETTERS,
        name="lalezar-letters",
    ),
    Face(
        "lalezar",
        "lalezar-latin-400-normal",
        FIGURE,
        900,
        in_ranges(FIGURES),
        subset=FIGURES,
        name="lalezar-figures",
    ),
    *(
        Face("golos-text", f"golos-text-{script}-{weight}-normal", TEXT, weight, ranges)
        for script, ranges in (("latin", LATIN), ("latin-ext", LATIN_EXT), ("cyrillic", CYRILLIC))
        for weight in (400, 700)
    ),
    *(Face("cairo", f"cairo-arabic-{weight}-normal", TEXT, weight, ARABIC) for weight in (400, 700)),
)


def subset(font: bytes, characters: Iterable[int]) -> bytes:
    """Cut a font down to some characters: all layout features, which shaping needs, and no hinting."""
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.flavor = "woff2"
    cut = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(cut)
    cut.flavor = "woff2"
    out = io.BytesIO()
    cut.save(out)
    return out.getvalue()


def with_breves(font: bytes) -> bytes:
    """Give G, g and U with breve their mark back: release 2.004 of Golos Text draws them as G, g and U.

    Turkish is not readable without it. The part is centred over the letter, as in the font's own A and a.
    """
    whole = TTFont(io.BytesIO(font), recalcTimestamp=False)
    glyphs, names = whole["glyf"], whole.getBestCmap()
    for letter, mark in (("Ğ", "uni0306.case"), ("ğ", "uni0306"), ("Ŭ", "uni0306.case")):
        glyph = glyphs[names[ord(letter)]]
        if len(glyph.components) > 1:
            sys.exit(f"{letter} has its mark in this release: nothing is to be repaired any more.")
        below, above = glyphs[glyph.components[0].glyphName], glyphs[mark]
        part = GlyphComponent()
        part.glyphName, part.flags = mark, glyph.components[0].flags
        part.x, part.y = round((below.xMin + below.xMax - above.xMin - above.xMax) / 2), 0
        glyph.components.append(part)
        glyph.recalcBounds(glyphs)
    whole.flavor = "woff2"
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def rule(face: Face) -> str:
    """Write the ``@font-face`` rule of a face."""
    lines = [
        f'  font-family: "{face.family}";',
        "  font-style: normal;",
        f"  font-weight: {face.weight};",
        "  font-display: swap;",
        f'  src: url("../fonts/{face.target}") format("woff2");',
    ]
    if face.size_adjust:
        lines.append(f"  size-adjust: {face.size_adjust};")
    lines.append(f"  unicode-range: {face.range};")
    return "@font-face {\n" + "\n".join(lines) + "\n}\n"


def main() -> None:
    """Write every font file, its licence and the style sheet anew."""
    FONTS.mkdir(parents=True, exist_ok=True)
    for old in [*FONTS.glob("*.woff2"), *FONTS.glob("OFL-*.txt")]:
        old.unlink()
    packages = {package: npm.files_of(f"@fontsource/{package}", RELEASE, sha512) for package, sha512 in DIGESTS.items()}
    for package, files in packages.items():
        licence = files["package/LICENSE"].decode().replace("\r\n", "\n").rstrip() + "\n"
        (FONTS / f"OFL-{package}.txt").write_text(licence)
    for face in FACES:
        font = packages[face.package][f"package/files/{face.file}.woff2"]
        if face.subset is not None:
            font = subset(font, face.subset)
        if face.file.startswith("golos-text-latin-ext"):
            font = with_breves(font)
        (FONTS / face.target).write_bytes(font)
        print(f"{len(font):7,} {face.target}")
    STYLESHEET.write_text(f"/* {HEAD} */\n\n" + "\n".join(map(rule, FACES)))


if __name__ == "__main__":
    main()
