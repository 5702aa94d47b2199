"""The source as the tests of this folder see it: modules, and what each imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "eventkit"

#: from low to high: a feature builds on those before it
FEATURES = (
    "mail",
    "accounts",
    "organizations",
    "venues",
    "campaigns",
    "events",
    "calendars",
    "rsvps",
    "reminders",
    "newsletters",
    "moderation",
    "embeds",
    "api",
    "demo",
)

EDGES = {"__init__", "forms", "routes", "organize", "receivers", "jobs", "cli"}

#: who imports one of these answers a request or a command, whatever the module is called
_EDGE_NAMES = {
    *("flask.Blueprint", "flask.request", "flask.session", "flask.flash", "flask.redirect", "flask.abort"),
    *("flask_login.current_user", "flask_security.current_user", "flask_wtf.FlaskForm", "click"),
}


@dataclass
class Module:
    """One file. `imports` are the names it imports, dotted, modules and what is taken from them alike."""

    name: str
    path: Path
    tree: ast.Module
    imports: set[str] = field(default_factory=set)

    @property
    def feature(self) -> str | None:
        """The feature that it belongs to; None for the foundation."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in FEATURES else None

    @property
    def layer(self) -> str:
        """`models`, `queries`, `policy`, `mail`, `actions`, `edge`, or `own` for a module of another name."""
        parts = self.name.split(".")[2:] or ["__init__"]
        if EDGES & set(parts) or self.imports & _EDGE_NAMES:
            return "edge"
        return parts[0] if parts[0] in {"models", "queries", "policy", "mail", "actions"} else "own"


@cache
def modules() -> dict[str, Module]:
    """Every module of eventkit by its dotted name."""
    found: dict[str, Module] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        module = Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))
        module.imports = set(_imports(module))
        found[name] = module
    return found


def imported_modules(module: Module) -> set[str]:
    """Those of our own modules that it imports."""
    known = modules()
    return {best for name in module.imports if (best := _module_of(name, known))} - {module.name}


def _module_of(name: str, known: dict[str, Module]) -> str | None:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def _imports(module: Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.path}: a relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names
