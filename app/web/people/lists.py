"""Inviting many people by a list."""

import io

from flask import current_app, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.documents.media import XLSX
from app.documents.people_lists import Sheet, workbook
from app.queries import units
from app.services import jobs
from app.services.people_lists import ROLE_NAMES, TEMPLATE_HEADER
from app.vocabulary import JobKind, Role
from app.web import access, freshness
from app.web.people.forms import PeopleListForm
from app.web.people.site import Page, blueprint
from app.web.sign_in import actor


@blueprint.get("/import")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def import_form() -> str:
    """Show the form of an import."""
    return render_template("people/import.html", form=PeopleListForm())


@blueprint.post("/import")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def import_people() -> Page | Response:
    """Let the worker read a list."""
    form = PeopleListForm()
    if not form.validate_on_submit():
        return render_template("people/import.html", form=form), 422
    file = form.file.data
    asked = {"address": current_app.config["KHAOSAT"].address}
    upload = (file.filename or "", file.read())
    job_id = jobs.ask(actor(), JobKind.IMPORT_PEOPLE, asked, upload, subject="people")
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.get("/import/template.xlsx")
@access.roles(Role.ADMINISTRATOR)
def template() -> Response:
    """Give an empty list, with the words for roles and the codes of units beside it."""
    roles = [(names[0],) for names in ROLE_NAMES.values()]
    codes = [(unit.code, unit.name) for unit in units.units_on(clock.today())]
    made = workbook(
        [
            Sheet("Danh sách", TEMPLATE_HEADER, [], (30, 34, 34, 16)),
            Sheet("Vai trò", ("vai trò",), roles, (34,)),
            Sheet("Đơn vị", ("mã đơn vị", "tên"), codes, (16, 50)),
        ]
    )
    name = gettext("people") + ".xlsx"
    return send_file(io.BytesIO(made), XLSX, as_attachment=True, download_name=name)
