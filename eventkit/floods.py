"""Floods: when more comes in than people send, each is asked for a proof of work until some time after.

A view that takes what strangers send calls `ask`. While there is no flood nothing is asked for; no page that can be
cached has a challenge in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, parse

from eventkit import proof_of_work, rates, sources
from eventkit.config import ALWAYS, NEVER, Settings

#: names of the fields in which the proof comes
PROOF, WAITED = "proof", "waited"

#: for so long after the last time that it was too much, proof is asked for
_AFTERWARDS = parse("1 per 10 minutes")

#: seconds that somebody without script waits, and how many do so from one source, and for one purpose: a machine could,
#: too
_WAIT = 30
_WAITING_FROM_SOURCE = parse("5 per 10 minutes")
_WAITING_FOR_ONE = parse("60 per 10 minutes")

#: fields that are given back; no form has more
_MOST_FIELDS = 200


def ask(about: str, rates_of: Mapping[str, Iterable[RateLimitItem]]) -> ResponseReturnValue | None:
    """Counts one under each of these names, with the rates that make a flood of it. None: there is none, or the request
    brought a proof. Otherwise the page that asks for one, which has everything that was typed in it.

    `about` is what the proof is good for.
    """
    settings: Settings = current_app.extensions["eventkit.settings"]
    if settings.proof_of_work == NEVER:
        return None
    flooded = [_is_flooded(name, limits) for name, limits in rates_of.items()]  # each of them counts
    if settings.proof_of_work != ALWAYS and not any(flooded):
        return None
    if proof_of_work.accepts(about, request.form.get(PROOF, "")):
        return None
    token = request.form.get(WAITED, "")
    seconds = proof_of_work.still_to_wait(about, token)
    if seconds == 0:
        seconds = _no_room_to_wait(about)
        if not seconds and proof_of_work.spend(token):
            return None
        seconds, token = seconds or _WAIT, ""
    if seconds is None or not token:
        seconds = seconds or _WAIT
        token = proof_of_work.waiting_token(about, seconds)
    return _page(about, token, seconds)


def _is_flooded(name: str, limits: Iterable[RateLimitItem]) -> bool:
    """Counts one. It goes on for a while after the last time that it was too much."""
    taken = [rates.take(limit, "flood", name) for limit in limits]  # each of them counts
    if not all(taken):
        rates.mark(_AFTERWARDS, "flooded", name)
        return True
    return not rates.is_left(_AFTERWARDS, "flooded", name)


def _no_room_to_wait(about: str) -> int:
    """Seconds until another may come in by waiting; 0, and it is counted, where one may."""
    for limit, name in ((_WAITING_FROM_SOURCE, f"{about}:{sources.of_request()}"), (_WAITING_FOR_ONE, about)):
        if not rates.take(limit, "waiting", name):
            return rates.seconds_until(limit, "waiting", name)
    return 0


def _page(about: str, token: str, seconds: int) -> ResponseReturnValue:
    assert request.endpoint is not None
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in {PROOF, WAITED}]
    rates.say_when(seconds)
    body = render_template(
        "floods/proof.html",
        action=url_for(request.endpoint, **(request.view_args or {})),
        typed=typed[:_MOST_FIELDS],
        challenge=proof_of_work.challenge(about),
        token=token,
        wait=rates.in_words(seconds),
    )
    response = make_response(body, rates.TOO_MANY)
    response.headers["Cache-Control"] = "no-store"
    return response
