"""What signed-in people do for their organizations: pages, and who may speak for them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventkit import clock, db
from eventkit.accounts import actions as accounts
from eventkit.accounts import queries as people
from eventkit.accounts.models import User
from eventkit.accounts.policy import is_operator
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.organizations import actions, forms, mail, policy, queries
from eventkit.organizations.models import OWNER, Member, Organization
from eventkit.organizations.routes import blueprint
from eventkit.web import SignedInForm, limiter, requires

UNCLAIMED_PAGE_SIZE = 50
UNDER = "/organize/organizations"


@blueprint.get(UNDER)
@requires()
def mine() -> ResponseReturnValue:
    """The organizations that one speaks for; for the operator also those that nobody speaks for."""
    unclaimed: list[Organization] = []
    if current_user.is_operator:
        unclaimed = queries.page(~queries.is_spoken_for(), size=UNCLAIMED_PAGE_SIZE)
    return render_template(
        "organizations/mine.html",
        memberships=queries.memberships(current_user),
        unclaimed=unclaimed,
        role_words=forms.role_words,
        owner=OWNER,
    )


@blueprint.route(f"{UNDER}/new", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@requires()
def new() -> ResponseReturnValue:
    """Makes an organization; whoever makes it owns it."""
    form = forms.OrganizationForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                by = db.session.get_one(User, current_user.id)
                organization = actions.create(form.particulars(), by=by, now=clock.now())
        except DomainError as error:
            _tell(form, error)
        else:
            flash(_("%(name)s has a page.", name=organization.name), "ok")
            return redirect(url_for("organizations.show", slug=organization.slug), 303)
    return render_template("organizations/edit.html", form=form, organization=None), _status(form)


@blueprint.route(f"{UNDER}/<slug>/edit", methods=["GET", "POST"])
@requires()
def edit(slug: str) -> ResponseReturnValue:
    """Changes what an organization says about itself."""
    organization = _mine_or_403(slug)
    form = forms.OrganizationForm(data=forms.values_of(organization))
    if form.validate_on_submit():
        try:
            with db.transaction():
                actions.change(organization, form.particulars(), now=clock.now())
        except DomainError as error:
            _tell(form, error)
        else:
            return redirect(url_for("organizations.show", slug=slug), 303)
    return render_template("organizations/edit.html", form=form, organization=organization), _status(form)


@blueprint.route(f"{UNDER}/<slug>/members", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@requires()
def members(slug: str) -> ResponseReturnValue:
    """Who speaks for it; the form lets one more."""
    organization = _mine_or_403(slug)
    form = forms.MemberForm()
    if request.method == "POST" and not policy.can_choose_members(current_user, organization):
        abort(403)
    if form.validate_on_submit():
        try:
            with db.transaction():
                user = _account_of(form.email.data or "")
                member = actions.add_member(organization, user, form.role.data)
                mail.tell_new_member(organization, user, key=f"member:{member.id}", by=current_user)
        except DomainError as error:
            _tell(form, error)
        else:
            flash(_("%(address)s now speaks for it, and hears so by mail.", address=user.email), "ok")
            return redirect(url_for("organizations.members", slug=slug), 303)
    return _members_page(organization, form), _status(form)


@blueprint.post(f"{UNDER}/<slug>/members/<int:member_id>")
@requires()
def member(slug: str, member_id: int) -> ResponseReturnValue:
    """Gives a member another role, or takes them out; everybody may take themselves out."""
    organization = _mine_or_403(slug)
    theirs = db.session.get(Member, member_id)
    if theirs is None or theirs.organization_id != organization.id:
        abort(404)
    leaves = "remove" in request.form and theirs.user_id == current_user.id
    if not leaves and not policy.can_choose_members(current_user, organization):
        abort(403)
    form = forms.ButtonForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                if "remove" in request.form:
                    actions.remove_member(theirs)
                else:
                    actions.change_role(theirs, request.form.get("role", ""))
        except DomainError as error:
            page = forms.MemberForm(formdata=None)
            page.form_errors = [error.message]
            return _members_page(organization, page), error.status
    if leaves:
        return redirect(url_for("organizations.mine"), 303)
    return redirect(url_for("organizations.members", slug=slug), 303)


@blueprint.route(f"{UNDER}/<slug>/claim", methods=["GET", "POST"])
@requires(is_operator)
def claim(slug: str) -> ResponseReturnValue:
    """Gives an organization that nobody speaks for to a person, who then owns it."""
    organization = _found(slug)
    form = forms.ClaimForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                user = _account_of(form.email.data or "")
                owner = actions.give_to(organization, user)
                mail.tell_new_member(organization, user, key=f"member:{owner.id}", by=current_user)
        except DomainError as error:
            _tell(form, error)
        else:
            flash(_("%(address)s owns %(name)s now.", address=user.email, name=organization.name), "ok")
            return redirect(url_for("organizations.mine"), 303)
    return render_template("organizations/claim.html", form=form, organization=organization), _status(form)


def _found(slug: str) -> Organization:
    organization = queries.by_slug(slug)
    if organization is None:
        abort(404)
    return organization


def _mine_or_403(slug: str) -> Organization:
    """404 where only drafts name it: whom they name is nobody else's to know."""
    organization = _found(slug)
    if not policy.can_edit(current_user, organization):
        abort(403 if events.organization_with_page(slug) else 404)
    return organization


def _account_of(address: str) -> User:
    user = people.by_address(accounts.normalized_address(address))
    if user is None:
        raise DomainError(
            _("Nobody has an account with this address. Ask whoever runs this site to invite them first."),
            field="email",
        )
    return user


def _members_page(organization: Organization, form: forms.MemberForm) -> str:
    return render_template(
        "organizations/members.html",
        organization=organization,
        form=form,
        button=forms.ButtonForm(formdata=None),
        members=queries.members(organization),
        may_choose=policy.can_choose_members(current_user, organization),
        role_words=forms.role_words,
        owner=OWNER,
    )


def _tell(form: SignedInForm, error: DomainError) -> None:
    """Puts the message where the eye is."""
    if error.field and error.field in form:
        form[error.field].errors = [*form[error.field].errors, error.message]
    else:
        form.form_errors.append(error.message)


def _status(form: SignedInForm) -> int:
    return 422 if form.errors else 200
