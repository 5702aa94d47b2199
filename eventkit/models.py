"""All models, for migrations: importing this fills the metadata."""

from eventkit.accounts import models as accounts
from eventkit.calendars import models as calendars
from eventkit.db import Base
from eventkit.events import models as events
from eventkit.mail import models as mail
from eventkit.organizations import models as organizations
from eventkit.reminders import models as reminders
from eventkit.rsvps import models as rsvps
from eventkit.venues import models as venues

__all__ = ["Base", "accounts", "calendars", "events", "mail", "organizations", "reminders", "rsvps", "venues"]
