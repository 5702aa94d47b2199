"""What is mailed to somebody who left an address."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from eventkit.rsvps.models import Rsvp
from eventkit.web import AnonymousForm


class MailForm(AnonymousForm):
    """Reminders and thanks, and anything at all."""

    reminders = BooleanField(_l("Remind me, and write to me afterwards"))
    anything = BooleanField(_l("Tell me when plans change"))

    @classmethod
    def of(cls, rsvp: Rsvp) -> Self:
        """As it is chosen."""
        return cls(data={"reminders": rsvp.wants_reminders, "anything": rsvp.wants_mail})
