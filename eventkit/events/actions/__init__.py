"""Writes. Each takes objects and plain values, `by=` and `now=`, and leaves the commit to its edge."""

from eventkit.events.actions.drafts import create, delete_draft, duplicate, edit
from eventkit.events.actions.publication import cancel, postpone, publish

__all__ = ["cancel", "create", "delete_draft", "duplicate", "edit", "postpone", "publish"]
