"""Background work: what runs, what ended and how."""

from flask import Blueprint, render_template
from flask_login import current_user

from app.queries import jobs as rows
from app.services.errors import NotFoundError
from app.vocabulary import Role
from app.web import access

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("")
@access.roles(*Role)
def all_jobs() -> str:
    """List the newest jobs."""
    return render_template("jobs/all.html", jobs=rows.latest())


@blueprint.get("/<int:job_id>")
@access.roles(*Role)
def one_job(job_id: int) -> str:
    """Show a job; its faults are for whoever asked for it and for administrators."""
    job = rows.job(job_id)
    if job is None:
        raise NotFoundError()
    person = current_user.person
    own = job.account_id == person.id or person.may(frozenset({Role.ADMINISTRATOR}))
    return render_template("jobs/one.html", job=job, own=own)
