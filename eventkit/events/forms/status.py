"""Forms behind the verbs: cancel, postpone, publish, duplicate, delete."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventkit.events.forms.fields import line
from eventkit.web import SignedInForm


class ReasonForm(SignedInForm):
    """Why it does not take place as announced."""

    reason = line(_l("Say why, in one line"), 500)


class ActForm(SignedInForm):
    """A button and nothing else."""
