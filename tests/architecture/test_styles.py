"""The style sheets keep the promises of the look: every text readable, every direction, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
TEMPLATES = STATIC.parent / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))

# Text and what it is printed on. Signal and marker are grounds; only the dark plate prints signal as letters.
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("error", "paper"),
    ("error", "sheet"),
    ("on-error", "error"),
    ("on-press", "press"),
    ("press-soft", "press"),
    ("on-signal", "signal"),
    ("on-marker", "marker"),
    ("poster-title", "poster-ground"),
    ("poster-label", "poster-ground"),
    ("poster-text", "poster-ground"),
    ("ink", "map-land"),
]
# Rules that carry meaning without a word (WCAG 1.4.11).
RULE_PAIRS = [("ink", "map-water"), ("poster-rule", "poster-ground")]
PLATES = {
    "light": "",
    "dark": "(prefers-color-scheme: dark)",
    "more contrast": "(prefers-contrast: more)",
    "print": "print",
}

PHYSICAL = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?"
    r"|(?:min-|max-)?(?:width|height)|left|right|top|bottom|border-(?:top|bottom)-(?:left|right)-radius"
)
PHYSICAL_VALUES = {"text-align": {"left", "right"}, "float": {"left", "right"}, "clear": {"left", "right"}}
FOUR_SIDED = ("margin", "padding", "inset", "border-width", "border-style", "border-color")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(")


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def declarations(css: str) -> list[tuple[str, str]]:
    """(property, value) of every declaration, whatever it is nested in."""
    pattern = re.compile(r"(?<=[{;])\s*([\w-]+)\s*:\s*([^;{}]+)(?=[;}])")
    return [(name.lower(), value.strip()) for name, value in pattern.findall(without_comments(css))]


def tokens(plate: str) -> dict[str, str]:
    """The custom properties of :root as `plate` sees them: those of the light plate, then its own."""
    css = without_comments((STATIC / "css" / "tokens.css").read_text())
    found: dict[str, str] = {}
    depth, condition, start = 0, "", 0
    for at, character in enumerate(css):
        if character == "{":
            if depth == 0:
                head = css[start:at].strip()
                condition = head.removeprefix("@media").strip() if head.startswith("@media") else ""
                body = at
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                if condition in ("", PLATES[plate]):
                    found.update(
                        (name.removeprefix("--"), value)
                        for name, value in declarations(css[body : at + 1])
                        if name.startswith("--")
                    )
                start = at + 1
    return found


def colour(name: str, plate: str) -> str:
    values = tokens(plate)
    value = values[name]
    while value.startswith("var("):
        value = values[value[4:-1].removeprefix("--")]
    return value


def luminance(hexadecimal: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("plate", PLATES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_seven_to_one(text, ground, plate):
    assert contrast(colour(text, plate), colour(ground, plate)) >= 7


@pytest.mark.parametrize("plate", PLATES)
@pytest.mark.parametrize(("rule", "ground"), RULE_PAIRS)
def test_rules_that_mean_something_have_three_to_one(rule, ground, plate):
    assert contrast(colour(rule, plate), colour(ground, plate)) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_only_logical_properties(sheet):
    physical = [
        f"{name}: {value}"
        for name, value in declarations(sheet.read_text())
        if PHYSICAL.fullmatch(name) or value in PHYSICAL_VALUES.get(name, ())
    ]
    assert physical == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_shorthand_makes_the_sides_differ(sheet):
    """`padding: 1px 2px 3px 4px` names left and right without the words."""
    lopsided = []
    for name, value in declarations(sheet.read_text()):
        sides = re.findall(r"(?:[\w-]*\([^()]*(?:\([^()]*\)[^()]*)*\)|\S)+", value)
        if name in FOUR_SIDED and len(sides) == 4 and sides[1] != sides[3]:
            lopsided.append(f"{name}: {value}")
    assert lopsided == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_live_in_tokens(sheet):
    if sheet.name != "tokens.css":
        assert [(n, v) for n, v in declarations(sheet.read_text()) if COLOUR.search(v)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_that_is_used_exists(sheet):
    known = {name for plate in PLATES for name in tokens(plate)}
    own = {name.removeprefix("--") for s in SHEETS for name, _ in declarations(s.read_text()) if name[:2] == "--"}
    used = set(re.findall(r"var\(--([\w-]+)", without_comments(sheet.read_text())))
    assert used <= known | own


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_comes_from_elsewhere(sheet):
    css = sheet.read_text()
    assert "@import" not in css
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", css):
        assert (sheet.parent / address).resolve().is_file(), address


def test_fonts_have_their_licence_beside_them():
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    licences = {path.stem.removeprefix("OFL-") for path in (STATIC / "fonts").glob("OFL-*.txt")}
    assert fonts
    for font in fonts:
        assert any(font.name.startswith(name.split("-")[0]) for name in licences), font.name


def test_a_latin_page_needs_less_than_45_kilobytes_of_fonts():
    latin = ["sofia-sans-extra-condensed-latin-900", "golos-text-latin-400", "golos-text-latin-700"]
    assert sum((STATIC / "fonts" / f"{name}.woff2").stat().st_size for name in latin) < 45_000


# Mail is another matter: there, styles have no other place.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.relative_to(TEMPLATES).parts)


@pytest.mark.parametrize("template", PAGES, ids=lambda template: str(template.relative_to(TEMPLATES)))
def test_pages_hold_no_style_and_no_script_of_their_own(template):
    """The content security policy would drop them in silence."""
    html = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
    assert re.findall(r"<style\b|<[^>]*\sstyle\s*=|<[^>]*\son\w+\s*=|<script(?![^>]*\ssrc=)[^>]*>", html) == []
