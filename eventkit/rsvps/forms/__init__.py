"""Forms of RSVPs."""

from eventkit.rsvps.forms.answer import RsvpForm
from eventkit.rsvps.forms.dates import DateForm
from eventkit.rsvps.forms.mail import MailForm

__all__ = ["DateForm", "MailForm", "RsvpForm"]
