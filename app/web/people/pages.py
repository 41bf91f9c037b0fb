"""Who there is, one person, and inviting somebody."""

from flask import current_app, render_template, request
from flask_login import current_user

from app import clock
from app.queries import approvals, people_pages
from app.queries.people_pages import PersonView
from app.services import accounts, second_factor_duty, second_factor_resets
from app.services.account_links import IssuedLink
from app.services.errors import InvalidInputError
from app.services.four_eyes import RESET_SECOND_FACTOR
from app.vocabulary import Role
from app.web import access, freshness
from app.web.errors import told
from app.web.people.forms import GrantForm, IdentityForm, NewPersonForm, ReasonForm
from app.web.people.site import Page, blueprint, the_person
from app.web.sign_in import actor
from sampling.listing.folding import folded

PER_PAGE = 50


@blueprint.get("")
@access.roles(Role.ADMINISTRATOR)
def all_people() -> str:
    """List the people, those alone whose name or address holds the words searched for."""
    wanted = request.args.get("q", "").strip()[:100]
    found = [view for view in people_pages.everybody() if matches(view, wanted)]
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return render_template(
        "people/all.html",
        people=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(found),
        wanted=wanted,
        number=number,
        last=last,
        units=people_pages.unit_names(),
        required=people_pages.required(),
        needs_code=second_factor_duty.concerns,
    )


def matches(view: PersonView, wanted: str) -> bool:
    """Whether a person's name and address hold all words, whatever their accents and case."""
    text = folded(f"{view.person.name} {view.person.email}")
    return all(word in text for word in folded(wanted).split())


@blueprint.get("/new")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def new() -> str:
    """Show the form of an invitation."""
    form = NewPersonForm()
    form.fill()
    return render_template("people/new.html", form=form)


@blueprint.post("")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def invite() -> Page:
    """Add a person and show the invitation once."""
    form = NewPersonForm()
    form.fill()
    if form.validate_on_submit():
        email, name = form.email.data or "", form.name.data or ""
        try:
            return link_page(accounts.invite(actor(), email, name, [form.grant()]))
        except InvalidInputError as error:
            field = form.email if error.text in {accounts.TAKEN, accounts.BAD_EMAIL} else form.role
            field.errors = [told(error)]
    return render_template("people/new.html", form=form), 422


def link_page(link: IssuedLink) -> str:
    """Render a link, to be copied or printed now: nobody can see it again."""
    address = f"{current_app.config['KHAOSAT'].address}/join/{link.token}"
    return render_template("people/link.html", link=link, address=address)


@blueprint.get("/<int:account_id>")
@access.roles(Role.ADMINISTRATOR)
def one_person(account_id: int) -> str:
    """Show a person."""
    return person_page(the_person(account_id))


def person_page(
    view: PersonView,
    *,
    identity: IdentityForm | None = None,
    grant: GrantForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    """Render a person with the forms of what can be changed; one of them may have failed."""
    person = view.person
    grant = grant or GrantForm()
    grant.fill()
    return render_template(
        "people/one.html",
        view=view,
        person_shown=person,
        identity=identity or IdentityForm(None, name=person.name, email=person.email),
        grant=grant,
        reason=reason or ReasonForm(None),
        units=people_pages.unit_names(),
        link=people_pages.link_of(person.id, clock.now()),
        sessions=people_pages.session_count(person.id, clock.now()),
        asked=approvals.standing(RESET_SECOND_FACTOR, second_factor_resets.object_of(person.id)),
        own=person.id == current_user.person.id,
    )
