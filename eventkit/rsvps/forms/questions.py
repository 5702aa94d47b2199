"""The organizer's own questions as fields of a form, and what is answered in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field, Form, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventkit.rsvps.models import DECLINED, ONE_OF, SEVERAL_OF, TEXT, YES_NO, RsvpQuestion
from eventkit.text import clean_text

LONGEST_ANSWER = 500
YES, NO = "yes", "no"


def name_of(question: RsvpQuestion) -> str:
    """The name of its field."""
    return f"question_{question.id}"


def fields(questions: Iterable[RsvpQuestion]) -> dict[str, Any]:
    """An unbound field for each."""
    return {name_of(question): _field(question) for question in questions}


def data(questions: Iterable[RsvpQuestion], answers: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """What was answered, for filling a form. An answer of another kind than the question has by now is left out."""
    found = {}
    for question in questions:
        said = answers.get(str(question.id))
        if said is not None and isinstance(said, list) == (question.kind == SEVERAL_OF):
            found[name_of(question)] = said
    return found


def answers(questions: Iterable[RsvpQuestion], form: Form) -> dict[str, str | list[str]]:
    """What is answered, by the number of the question. What is not is not there."""
    said = {str(question.id): form[name_of(question)].data for question in questions}
    return {number: _once_each(answer) for number, answer in said.items() if answer}


def words(question: RsvpQuestion, answer: str | list[str]) -> str:
    """An answer as people read it."""
    if isinstance(answer, list):
        return _(", ").join(answer)
    return {YES: _("Yes"), NO: _("No")}.get(answer, answer) if question.kind == YES_NO else answer


def _once_each(answer: str | list[str]) -> str | list[str]:
    """A choice that is sent a thousand times is one."""
    return list(dict.fromkeys(answer)) if isinstance(answer, list) else answer


def _field(question: RsvpQuestion) -> Field:
    """What the organizer wrote keeps its own direction."""
    label, more = _told(question.label), {"validators": [_check(question)]}
    if question.kind == TEXT:
        return TextAreaField(label, filters=[lambda typed: clean_text(typed or "")], **more)
    if question.kind == SEVERAL_OF:
        return SelectMultipleField(
            label,
            choices=_choices(question),
            validate_choice=False,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            **more,
        )
    return RadioField(
        label, choices=_choices(question), validate_choice=False, default=None if question.is_required else "", **more
    )


def _choices(question: RsvpQuestion) -> list[SelectChoice]:
    if question.kind == YES_NO:
        offered = [SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No"))]
    else:
        offered = [SelectChoice(option, _told(option)) for option in question.choices]
    if question.kind in (ONE_OF, YES_NO) and not question.is_required:
        offered.append(SelectChoice("", _("Rather not say")))
    return offered


def _told(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _check(question: RsvpQuestion) -> Any:
    """Raises ValidationError for an answer that is missing, too long or not offered. Who can't come need not answer."""
    known = {choice.value for choice in _choices(question)} if question.kind != TEXT else set()

    def check(form: Any, field: Field) -> None:
        if not field.data:
            if question.is_required and form.partstat.data != DECLINED:
                raise ValidationError(_("The organizer needs to know this."))
        elif question.kind == TEXT:
            if len(field.data) > LONGEST_ANSWER:
                raise ValidationError(_("An answer has %(most)d characters at most here.", most=LONGEST_ANSWER))
        elif not known.issuperset(field.data if isinstance(field.data, list) else [field.data]):
            raise ValidationError(_("Choose from what is offered."))

    return check
