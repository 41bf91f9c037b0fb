"""The page of a ceremony, as it is projected: who has revealed, then the number, then the draw."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.queries import ceremonies as rows
from app.queries.ceremonies import CeremonyView
from app.queries.rounds import RoundView
from app.services import ceremonies, ceremony_again, rounds
from app.services.errors import InvalidInputError, NotFoundError
from app.vocabulary import CeremonyState, JobKind, NumberKind, Role, RoundState
from app.web import access
from app.web.coordinate.ceremony_forms import AgainForm, EndForm, NumberForm, SecretForm
from app.web.coordinate.draws import the_commitment
from app.web.coordinate.site import READERS, blueprint
from app.web.given_round import leads, the_round, way_to
from app.web.sign_in import actor

Page = str | tuple[str, int] | Response


@blueprint.get("/<int:round_id>/ceremony")
@access.roles(*READERS)
def ceremony(round_id: int) -> Page:
    """Show where the ceremony stands; the address may name the party whose turn it is."""
    turn = request.args.get("party", type=int)
    return page(the_round(round_id), SecretForm(formdata=None, place=turn))


@blueprint.post("/<int:round_id>/ceremony/reveal")
@access.roles(Role.COORDINATOR)
def reveal_secret(round_id: int) -> Page:
    """Take the secret of a party and check it on the spot."""
    found, form = the_round(round_id), SecretForm()
    held = the_ceremony(round_id)
    if form.validate_on_submit():
        try:
            ceremonies.reveal(actor(), round_id, form.place.data or 0, form.secret.data or "")
        except InvalidInputError as error:
            form.blame(error)
        else:
            names = {party.place: party.name for party in held.parties}
            party = names[form.place.data or 0]
            flash(gettext("%(party)s: the secret is the one committed to.", party=party), "success")
            return redirect(url_for(".ceremony", round_id=round_id))
    return page(found, secret_form=form), 422


@blueprint.post("/<int:round_id>/ceremony/end")
@access.roles(Role.COORDINATOR)
def end_revealing(round_id: int) -> Page:
    """Take no more secrets."""
    found, form = the_round(round_id), EndForm()
    if not form.validate_on_submit():
        return page(found, end_form=form), 422
    places = (form.silent.data or "").split()
    silent = frozenset(int(place) for place in places if place.isascii() and place.isdecimal())
    ceremonies.end_revealing(actor(), round_id, silent)
    return redirect(url_for(".ceremony", round_id=round_id))


@blueprint.post("/<int:round_id>/ceremony/number")
@access.roles(Role.COORDINATOR)
def enter_number(round_id: int) -> Page:
    """Take the public number and let the worker draw."""
    found, form = the_round(round_id), NumberForm()
    if form.validate_on_submit():
        try:
            ceremonies.enter_number(actor(), round_id, form.number.data or "")
        except InvalidInputError as error:
            form.blame(error)
        else:
            return drawn(round_id)
    return page(found, number_form=form), 422


@blueprint.post("/<int:round_id>/ceremony/draw")
@access.roles(Role.COORDINATOR)
def draw_by_ceremony(round_id: int) -> Response:
    """Ask for the draw once more, with the number that was entered."""
    the_ceremony(the_round(round_id).id)
    return drawn(round_id)


@blueprint.get("/<int:round_id>/ceremony/again")
@access.roles(Role.COORDINATOR)
def again_form(round_id: int) -> Page:
    """Show the form of another ceremony."""
    return again_page(the_round(round_id), AgainForm(formdata=None))


@blueprint.post("/<int:round_id>/ceremony/again")
@access.roles(Role.COORDINATOR)
def begin_again(round_id: int) -> Page:
    """Follow a stopped ceremony by another."""
    found, form = the_round(round_id), AgainForm()
    if form.validate_on_submit():
        source, reason = form.public_source.data or "", form.reason.data or ""
        try:
            ceremony_again.begin_again(actor(), round_id, form.arrangement(), source, reason)
        except InvalidInputError as error:
            form.blame(error)
        else:
            return redirect(url_for(".ceremony", round_id=round_id))
    shown = again_page(found, form)
    return (shown, 422) if isinstance(shown, str) else shown


def the_ceremony(round_id: int) -> CeremonyView:
    """Find the ceremony of a round.

    Raises
    ------
    NotFoundError
        If its draw has none.
    """
    held = rows.of_round(round_id)
    if held is None:
        raise NotFoundError()
    return held


def drawn(round_id: int) -> Response:
    """Hand the number of the ceremony to the worker, which draws."""
    held, draw = the_ceremony(round_id), the_commitment(round_id)
    numbers = {"public_source": draw.public_source, "public_number": held.number}
    job_id = rounds.ask(actor(), JobKind.DRAW, round_id, numbers)
    return redirect(url_for("jobs.one_job", job_id=job_id))


def page(
    found: RoundView,
    secret_form: SecretForm | None = None,
    end_form: EndForm | None = None,
    number_form: NumberForm | None = None,
) -> str:
    """Render the page of the ceremony."""
    held, draw = the_ceremony(found.id), the_commitment(found.id)
    form = secret_form or SecretForm(formdata=None)
    return render_template(
        "rounds/ceremony.html",
        round=found,
        held=held,
        draw=draw,
        leads=leads() and found.state is RoundState.FRAMED,
        out=held.number_at is not None and clock.now() >= held.number_at,
        secret_form=form,
        due=due(held, form.place.data),
        end_form=end_form or EndForm(formdata=None),
        number_form=number_form or NumberForm(formdata=None),
        dice=held.number_kind is NumberKind.DICE,
        earlier=rows.all_of_round(found.id)[1:],
        crumbs=way_to(found),
    )


def due(held: CeremonyView, place: int | None) -> rows.PartyView | None:
    """Find the party whose secret is asked for: the one that was entered wrongly, or the next."""
    chosen = [party for party in held.silent if party.place == place]
    return chosen[0] if chosen else held.next_due


def again_page(found: RoundView, form: AgainForm) -> str | Response:
    """Render the form of another ceremony, or go where things stand."""
    if the_ceremony(found.id).state is not CeremonyState.STOPPED:
        return redirect(url_for(".ceremony", round_id=found.id))
    return render_template(
        "rounds/ceremony_again.html", round=found, commit_form=form, crumbs=way_to(found)
    )
