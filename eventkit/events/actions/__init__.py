"""Writes. Each takes objects and plain values, `by=` and `now=`, and leaves the commit to its edge."""

from eventkit.events.actions.asking import set_asked, set_place_public_at
from eventkit.events.actions.drafts import create, delete_draft, duplicate, edit
from eventkit.events.actions.publication import cancel, postpone, publish
from eventkit.events.actions.series import (
    cancel_occurrence,
    exclude_occurrence,
    move_occurrence,
    restore_occurrence,
    split,
    take_exceptions,
)

__all__ = [
    "cancel",
    "cancel_occurrence",
    "create",
    "delete_draft",
    "duplicate",
    "edit",
    "exclude_occurrence",
    "move_occurrence",
    "postpone",
    "publish",
    "restore_occurrence",
    "set_asked",
    "set_place_public_at",
    "split",
    "take_exceptions",
]
