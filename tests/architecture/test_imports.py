"""Imports point down: between features, and inside of each."""

from __future__ import annotations

import ast

from tests.architecture.modules import FEATURES, PACKAGE, imported_modules, modules

#: what may not be reached from a layer, by whatever way inside the feature
_ABOVE = {
    "models": {"queries", "policy", "mail", "actions", "edge"},
    "queries": {"mail", "actions", "edge"},
    "policy": {"mail", "actions", "edge"},
    "mail": {"actions", "edge"},
    "actions": {"edge"},
}

#: the application's table of contents, the list of all models, and the database's history of them
_MAY_KNOW_FEATURES = {"eventkit", "eventkit.models"}


def test_every_folder_is_a_feature_with_a_place_in_the_order() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - set(FEATURES) <= {"migrations"}


def test_the_foundation_knows_no_feature() -> None:
    wrong = [
        f"{module.name} imports {name}"
        for module in modules().values()
        if module.feature is None and module.name not in _MAY_KNOW_FEATURES
        for name in imported_modules(module)
        if modules()[name].feature is not None
    ]
    assert wrong == []


def test_features_build_only_on_lower_ones_except_at_their_edges() -> None:
    wrong = [
        f"{module.name} imports {name}"
        for module in modules().values()
        if module.feature is not None and module.layer != "edge"
        for name in imported_modules(module)
        if (feature := modules()[name].feature) is not None and FEATURES.index(feature) > FEATURES.index(module.feature)
    ]
    assert wrong == []


def test_nobody_imports_the_edge_of_another_feature() -> None:
    """Forms and mail receivers of another feature are its own business; cookies and templates are shared otherwise."""
    wrong = [
        f"{module.name} imports {name}"
        for module in modules().values()
        if module.feature is not None and module.layer != "edge"
        for name in imported_modules(module)
        if modules()[name].feature not in {None, module.feature}
        and modules()[name].layer == "edge"
        and name != f"eventkit.{modules()[name].feature}"
    ]
    assert wrong == []


def test_inside_a_feature_layers_point_down() -> None:
    wrong = []
    for module in modules().values():
        if module.feature is None:
            continue
        for name in _reachable_in_feature(module.name):
            if modules()[name].layer in _ABOVE.get(module.layer, set()):
                wrong.append(f"{module.name} reaches {name}")
    assert wrong == []


def test_no_two_modules_import_each_other() -> None:
    """A cycle is two modules that are really one. Imports inside functions count too."""
    wrong = []
    for module in modules().values():
        if module.name == "eventkit" or module.path.name == "__init__.py":
            continue  # a package imports its parts
        for name in imported_modules(module):
            if module.name in imported_modules(modules()[name]) and modules()[name].path.name != "__init__.py":
                wrong.append(f"{module.name} and {name}")
    assert wrong == []


def test_actions_see_no_request_and_never_commit() -> None:
    wrong = []
    for module in modules().values():
        parts = module.name.split(".")
        if module.feature is None or len(parts) < 3 or parts[2] != "actions":
            continue
        forbidden = {"flask.request", "flask.session", "flask.g", "flask_login.current_user"}
        wrong += [f"{module.name} imports {name}" for name in module.imports & forbidden]
        wrong += [f"{module.name} imports {name}" for name in module.imports if ".forms" in name]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "transaction"}:
                wrong.append(f"{module.name}:{node.lineno} .{node.attr}")
            if isinstance(node, ast.Name) and node.id == "transaction":
                wrong.append(f"{module.name}:{node.lineno} transaction")
    assert wrong == []


def test_there_is_one_clock() -> None:
    wrong = []
    for module in modules().values():
        if module.name == "eventkit.clock":
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in {"now", "utcnow", "today"}
                and isinstance(node.value, ast.Name)
                and node.value.id in {"datetime", "date"}
            ):
                wrong.append(f"{module.name}:{node.lineno}")
    assert wrong == []


def test_no_module_is_named_after_nothing() -> None:
    names = {module.path.stem for module in modules().values()}
    assert (
        names & {"utils", "util", "helpers", "helper", "services", "service", "manager", "managers", "common"} == set()
    )


def test_a_relationship_lives_on_the_higher_side() -> None:
    """`Rsvp.event`, but no `Event.rsvps`: a lower model does not know the higher one."""
    from eventkit.models import Base

    wrong = []
    for mapper in Base.registry.mappers:
        here = mapper.class_.__module__.split(".")[1]
        for relation in mapper.relationships:
            there = relation.mapper.class_.__module__.split(".")[1]
            if FEATURES.index(there) > FEATURES.index(here):
                wrong.append(f"{mapper.class_.__name__}.{relation.key}")
    assert wrong == []


def _reachable_in_feature(start: str) -> set[str]:
    """Those modules of the same feature that it imports, directly or not, without the package itself."""
    feature = modules()[start].feature
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in imported_modules(modules()[waiting.pop()]):
            if modules()[name].feature == feature and name != f"eventkit.{feature}" and name not in seen | {start}:
                seen.add(name)
                waiting.append(name)
    return seen
