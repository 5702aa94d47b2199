"""Writes. Each takes objects and plain values, `by=` and `now=`, and leaves the commit to its edge."""

from eventkit.events.actions.drafts import create, delete_draft, duplicate, edit
from eventkit.events.actions.publication import cancel, keep_place, postpone, publish, tell_place
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
    "keep_place",
    "move_occurrence",
    "postpone",
    "publish",
    "restore_occurrence",
    "split",
    "take_exceptions",
    "tell_place",
]
