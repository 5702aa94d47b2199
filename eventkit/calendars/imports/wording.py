"""What is said of imports: why one failed and what to do about it, and what is doubtful about an event."""

from __future__ import annotations

from flask_babel import gettext as _


def reason(word: str) -> str:
    """Why a calendar was not taken in, and what to do. `word` is one of those of `reading`, `fetching`, `targets`."""
    known = {
        "empty": _("There is nothing in it. Export the calendar once more, and look whether the file has a size."),
        "no_calendar": _("This is no calendar. Look for “export” or “iCal” there: the file ends in .ics."),
        "no_events": _("It is a calendar, but there is no event in it. Look whether you exported the right one."),
        "too_large": _("It is too large: 5 MB at most. Export fewer years, and without attachments."),
        "too_many_events": _("It holds more than 2,000 events. Export fewer years, or one calendar at a time."),
        "too_deep": _("It is built in a way that no calendar is. Export it once more with another program."),
        "too_much": _("It has more lines or time zones than any calendar needs. Export fewer years."),
        "no_address": _("This is no address of a calendar. Example: https://example.org/events.ics"),
        "other_scheme": _("Only addresses that begin with https://, http:// or webcal:// lead to calendars."),
        "other_port": _("We ask at the usual ports only (80 and 443). Leave the number out, or download the file."),
        "with_password": _("The address holds a name or password. Download the file yourself, and choose it here."),
        "not_public": _("This address is not on the public network. Download the file yourself, and choose it here."),
        "no_such_host": _("There is no such site. Look whether the address lost a letter."),
        "forbidden": _("It is not open to everybody. Copy its secret or public address there, or download the file."),
        "not_found": _("There is no calendar at this address any more. Copy the address anew."),
        "too_many_redirects": _("The address leads from one place to the next without end. Copy it anew."),
        "bad_certificate": _("The site could not prove that it is who it says. Download the file yourself."),
        "too_slow": _("The site took too long. Try again later, or download the file yourself."),
        "no_answer": _("The site gave no calendar. Try again later, or download the file yourself."),
    }
    return known.get(word, _("It could not be read. Export it once more with another program, or write to us."))


def remark(word: str) -> str:
    """What to look at in an event. `word` is one of those of `reading`, or of `preview`."""
    return {
        "no_date": _("It has no day that we understand. Write it into the draft."),
        "no_title": _("It has no title there. Give it one."),
        "floating": _("It does not say whose clock is meant: it is taken to be the one chosen below."),
        "utc": _("Its time is told in UTC: it is shown by the clock chosen below."),
        "in_utc": _("Its time is told in UTC and stays so, for by another clock the weekday would change."),
        "unknown_zone": _("Its time zone is not known: look at the hour."),
        "own_clock": _("Its calendar keeps a clock of its own, which no place has. It is converted to UTC."),
        "zone_differs": _("Its calendar describes this time zone otherwise than we know it: look at the hour."),
        "end_before_start": _("It ends before it begins there. The end is left out."),
        "too_long": _("It lasts more than a year there. The end is left out."),
        "more_dates": _("It has further dates there that follow no rule. They are left out."),
        "rule_left_out": _("It repeats in a way that we do not take. Only the first time is taken over."),
        "first_day": _("Its first day there does not follow its rule. It starts with the first day that does."),
        "exceptions": _("Some of its dates are left out or moved there. Look at them in the draft."),
        "one_of_series": _("It is one of a series, of which the calendar tells no more."),
        "cut": _("Its description was too long and is cut."),
        "private": _("It is marked as private there. The draft is private, too."),
        "tentative": _("It is not certain there."),
        "cancelled": _("It is cancelled there."),
    }.get(word, word)


def group(word: str) -> str:
    """A part of an event that its calendar tells otherwise by now."""
    return {
        "title": _("the title"),
        "when": _("the time"),
        "where": _("the place"),
        "what": _("the description"),
        "who": _("who calls"),
        "tags": _("the tags"),
    }[word]
