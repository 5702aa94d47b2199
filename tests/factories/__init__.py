"""Rows to test with. Each is stored in a transaction of its own; what a test cares about, it says."""

from tests.factories.accounts import make_user
from tests.factories.asking import make_question, make_shift, set_terms
from tests.factories.events import make_event
from tests.factories.imports import make_import
from tests.factories.organizations import make_organization
from tests.factories.rsvps import make_rsvp
from tests.factories.series import make_series
from tests.factories.venues import make_venue

__all__ = [
    "make_event",
    "make_import",
    "make_organization",
    "make_question",
    "make_rsvp",
    "make_series",
    "make_shift",
    "make_user",
    "make_venue",
    "set_terms",
]
