"""Forms of events."""

from eventkit.events.forms.event import EventForm
from eventkit.events.forms.paste import PasteForm
from eventkit.events.forms.status import ActForm, MoveForm, ReasonForm

__all__ = ["ActForm", "EventForm", "MoveForm", "PasteForm", "ReasonForm"]
