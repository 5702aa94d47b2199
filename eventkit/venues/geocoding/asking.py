"""Asks one geocoder after the other where a place is, and remembers what they said."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from eventkit import clock, db
from eventkit.venues.geocoding import turns
from eventkit.venues.geocoding.places import Answer, Place
from eventkit.venues.geocoding.providers import Geocoder, Question, Unavailable
from eventkit.venues.models import GeocoderAnswer

#: how long an answer is believed; that nothing was found may be different soon
LIFE = timedelta(days=90)
LIFE_OF_NOTHING = timedelta(days=7)

_NOTHING = "null"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """The best that was said, and by whom.

    `retry_at`: from when on somebody who could not be asked may be. `failed`: one was asked just now, in vain.
    """

    answer: Answer | None = None
    source: str = ""
    retry_at: datetime | None = None
    failed: bool = False

    @property
    def is_enough(self) -> bool:
        return self.answer is not None and self.answer.precision in {"exact", "street"}


class _Later(Exception):
    def __init__(self, at: datetime, *, failed: bool) -> None:
        super().__init__(at)
        self.at, self.failed = at, failed


def locate(place: Place, geocoders: tuple[Geocoder, ...]) -> Outcome:
    """Asks in order until somebody knows the house or the street. Answers that cannot be true are passed over.

    Waits for turns and for the network, never inside a transaction: one that reading began ends where a turn is taken.
    """
    best = Outcome()
    laters: list[_Later] = []
    for geocoder in geocoders:
        try:
            for question in geocoder.questions(place):
                best = _better(best, _answer(geocoder, place, question), geocoder.name)
                if best.is_enough:
                    return best
            if best.answer is None:
                for question in geocoder.coarse_questions(place):
                    best = _better(best, _answer(geocoder, place, question), geocoder.name)
                    if best.answer is not None:
                        break
        except _Later as later:
            laters.append(later)
    return replace(
        best,
        retry_at=min((later.at for later in laters), default=None),
        failed=any(later.failed for later in laters),
    )


def forget_old_answers() -> None:
    """Deletes what is no longer believed, so that the table does not become a record of places."""
    now = clock.now()
    old = GeocoderAnswer.asked_at < now - LIFE
    old_nothing = (GeocoderAnswer.answer == _NOTHING) & (GeocoderAnswer.asked_at < now - LIFE_OF_NOTHING)
    if db.session.scalar(select(GeocoderAnswer.id).where(old | old_nothing).limit(1)) is not None:
        with db.transaction() as session:
            session.execute(delete(GeocoderAnswer).where(old | old_nothing))


def _better(best: Outcome, answer: Answer | None, geocoder: str) -> Outcome:
    if answer is None or (best.answer is not None and not answer.is_finer_than(best.answer.precision)):
        return best
    return Outcome(answer, geocoder)


def _answer(geocoder: Geocoder, place: Place, question: Question) -> Answer | None:
    """A believable answer, or None when it knows none. Raises _Later when it cannot be asked now."""
    digest = _digest(place, question)
    remembered = _remembered(geocoder.name, digest)
    if remembered is not None:
        kept = json.loads(remembered)
        return Answer(**kept) if kept else None
    free_at = turns.take(geocoder.name)
    if free_at is not None:
        raise _Later(free_at, failed=False)
    try:
        said = geocoder.ask(place, question)
    except Unavailable as error:
        failures, free_at = turns.failed(geocoder.name, wish=error.wish)
        if failures == 1:
            _log.warning("the geocoder %s cannot be asked: %s", geocoder.name, error)
        raise _Later(free_at, failed=True) from error
    turns.succeeded(geocoder.name)
    answer = next((answer for answer in said if place.can_be_at(answer)), None)
    if answer is None and said:
        _log.warning("the geocoder %s said only what cannot be true", geocoder.name)
    _remember(geocoder.name, digest, _NOTHING if answer is None else json.dumps(asdict(answer)))
    return answer


def _digest(place: Place, question: Question) -> str:
    """Of the question and all that an answer is judged by. The question itself is nobody's to read."""
    asked = json.dumps([place.address(), question], sort_keys=True, ensure_ascii=False).casefold()
    return hashlib.sha256(asked.encode()).hexdigest()


def _remembered(geocoder: str, digest: str) -> str | None:
    found = db.session.execute(
        select(GeocoderAnswer.answer, GeocoderAnswer.asked_at).where(
            GeocoderAnswer.geocoder == geocoder, GeocoderAnswer.question == digest
        )
    ).first()
    if found is None:
        return None
    life = LIFE_OF_NOTHING if found.answer == _NOTHING else LIFE
    return str(found.answer) if clock.now() - found.asked_at < life else None


def _remember(geocoder: str, digest: str, answer: str) -> None:
    with db.transaction() as session:
        session.execute(
            delete(GeocoderAnswer).where(GeocoderAnswer.geocoder == geocoder, GeocoderAnswer.question == digest)
        )
        try:
            with session.begin_nested():
                session.add(GeocoderAnswer(geocoder=geocoder, question=digest, answer=answer, asked_at=clock.now()))
        except IntegrityError:
            pass  # another process has just asked the same
