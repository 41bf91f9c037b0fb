"""What coordinators do with questionnaires of the office's own."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import questionnaires
from app.services.errors import InvalidInputError
from app.web import access
from app.web.errors import told
from app.web.questionnaires import site
from app.web.questionnaires.forms import UploadForm, as_document
from app.web.questionnaires.pages import list_page, one_page
from app.web.questionnaires.site import KEEPERS, Page, blueprint
from app.web.sign_in import actor


@blueprint.post("")
@access.roles(*KEEPERS)
def upload() -> Page | Response:
    """Keep a document as a draft, or tell everything that is wrong with it."""
    form = UploadForm()
    if not form.validate_on_submit():
        return list_page(form), 422
    try:
        content = as_document(form.file.data.read())
        number = questionnaires.keep(actor(), content, form.note.data or "")
    except InvalidInputError as error:
        form.file.errors = [] if error.faults else [told(error)]
        return list_page(form, error.faults), 422
    flash(gettext("No faults. Look at it as people will see it before you publish it."), "success")
    return redirect(url_for(".one", key=number))


@blueprint.post("/<int:version_id>/publish")
@access.roles(*KEEPERS)
def publish(version_id: int) -> Page | Response:
    """Offer a draft to new rounds."""
    found = site.own(site.the_version(version_id))
    try:
        questionnaires.publish(actor(), version_id)
    except InvalidInputError as error:
        return one_page(found, error.faults), 422
    flash(gettext("Published: new rounds may ask it. It can no longer be changed."), "success")
    return redirect(url_for(".one", key=version_id))


@blueprint.post("/<int:version_id>/delete")
@access.roles(*KEEPERS)
def discard(version_id: int) -> Response:
    """Delete a draft."""
    questionnaires.discard(actor(), version_id)
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for(".all_questionnaires"))


@blueprint.post("/<int:version_id>/withdraw")
@access.roles(*KEEPERS)
def withdraw(version_id: int) -> Response:
    """Offer a version to new rounds no longer."""
    questionnaires.withdraw(actor(), version_id)
    flash(gettext("Withdrawn: new rounds cannot choose it; rounds that ask it go on."), "success")
    return redirect(url_for(".one", key=version_id))


@blueprint.post("/<int:version_id>/offer")
@access.roles(*KEEPERS)
def offer_again(version_id: int) -> Response:
    """Offer a withdrawn version again."""
    questionnaires.offer_again(actor(), version_id)
    flash(gettext("New rounds may choose it again."), "success")
    return redirect(url_for(".one", key=version_id))
