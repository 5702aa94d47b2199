"""What the operator does about people: who has an account, inviting, a way in for somebody who is locked out."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db, i18n
from eventkit.accounts import actions, forms, mail, policy, queries
from eventkit.accounts.models import User
from eventkit.errors import DomainError
from eventkit.web import external_url, limiter, requires

PAGE_SIZE = 50

blueprint = Blueprint("people", __name__, url_prefix="/organize/people")


@blueprint.route("", methods=["GET", "POST"])
@limiter.limit("60 per hour", methods=["POST"])
@requires(policy.is_operator)
def index() -> ResponseReturnValue:
    """Everybody who has an account or an invitation; the form invites one more."""
    form = forms.InvitationForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                address = actions.normalized_address(form.email.data or "")
                token = actions.invite(address, now=clock.now())
                language = i18n.current_locale().language
                link = mail.send_invitation(address, token, language=language)
        except DomainError as error:
            form.email.errors = [*form.email.errors, error.message]
        else:
            # Shown in answer to the form itself: a redirect would have to carry the secret in a cookie.
            return render_template("accounts/link.html", address=address, link=link, mailed=True)
    pages = max(1, -(-queries.count() // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "accounts/people.html",
        form=form,
        button=forms.ButtonForm(formdata=None),
        people=queries.page(page, PAGE_SIZE),
        invitations=queries.invitations(clock.now()),
        page=page,
        pages=pages,
    ), 422 if form.errors else 200


@blueprint.post("/<int:user_id>/link")
@limiter.limit("60 per hour")
@requires(policy.is_operator)
def link(user_id: int) -> ResponseReturnValue:
    """Makes a single-use link with which a person chooses a new password."""
    user = db.session.get(User, user_id)
    if user is None:
        abort(404)
    if not forms.ButtonForm().validate_on_submit():
        return redirect(url_for("people.index"), 303)
    with db.transaction():
        token = actions.create_link(email=user.email, user=user, now=clock.now())
    url = external_url("accounts.welcome", token=token)
    return render_template("accounts/link.html", address=user.email, link=url, mailed=False)


@blueprint.post("/withdraw")
@requires(policy.is_operator)
def withdraw() -> ResponseReturnValue:
    """Takes an invitation back."""
    address = request.form.get("address", "")
    if forms.ButtonForm().validate_on_submit():
        with db.transaction():
            actions.withdraw(address)
        flash(_("The invitation of %(address)s opens nothing any more.", address=address), "ok")
    return redirect(url_for("people.index"), 303)
