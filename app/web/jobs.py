"""Background work: what runs, what ended and how, and the files it made."""

import io

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.queries import jobs as rows, rounds
from app.queries.jobs import JobView
from app.services import holding, job_files, jobs, leases
from app.services.errors import ForbiddenError, NotFoundError
from app.vocabulary import JobState, Role
from app.web import access, live
from app.web.sign_in import actor

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

PER_PAGE = 25
ALL, OWN = "all", "own"


@blueprint.get("")
@access.roles(*Role)
def all_jobs() -> str | tuple[str, int]:
    """List the newest jobs, everybody's or one's own."""
    who = OWN if request.args.get("who") == OWN else ALL
    account_id = current_user.person.id if who == OWN else None
    count = rows.count(account_id)
    last = max(1, -(-count // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    lines = rows.latest(PER_PAGE, (page - 1) * PER_PAGE, account_id)
    seen = live.progress(line.job for line in lines)
    if live.unchanged(seen):
        return "", 204
    return render_template(
        "jobs/all.html",
        lines=lines,
        seen=seen,
        alive=any(not line.job.ended for line in lines),
        who=who,
        count=count,
        page=page,
        last=last,
        workers=rows.held(holding.WORKER),
    )


@blueprint.get("/<int:job_id>")
@access.scoped(*Role)
def one_job(job_id: int) -> str | tuple[str, int]:
    """Show a job; its faults and files are for whoever asked for it and for administrators.

    Whoever holds roles for single units alone sees no job of others.
    """
    job = found(job_id)
    own, lacking = owns(job), waits_for(job)
    if not own and not current_user.person.may(Role):
        raise ForbiddenError()
    seen = live.progress([job]) + lacking
    if live.unchanged(seen):
        return "", 204
    return render_template(
        "jobs/one.html",
        job=job,
        seen=seen,
        own=own,
        lists=current_user.person.may(Role),
        asker=rows.asker(job_id),
        files=rows.files(job_id) if own else [],
        waits_for=lacking,
        most_attempts=leases.MOST_ATTEMPTS,
        trial_run=rounds.is_dry_run(job.arguments.get("round_id")),
    )


@blueprint.post("/<int:job_id>/cancel")
@access.scoped(*Role)
def cancel(job_id: int) -> Response:
    """Stop a job, for whoever asked for it or an administrator."""
    require_own(found(job_id))
    jobs.cancel(actor(), job_id)
    return redirect(url_for(".one_job", job_id=job_id))


@blueprint.get("/<int:job_id>/files/<int:file_id>")
@access.scoped(*Role)
def file(job_id: int, file_id: int) -> Response:
    """Hand out a file of a job, to whoever asked for it or an administrator."""
    require_own(found(job_id))
    taken = job_files.take(actor(), job_id, file_id)
    reply = send_file(
        io.BytesIO(taken.content),
        mimetype=taken.media_type,
        as_attachment=True,
        download_name=taken.filename,
        max_age=0,
    )
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["X-Content-Type-Options"] = "nosniff"
    return reply


def found(job_id: int) -> JobView:
    """Find a job.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    job = rows.job(job_id)
    if job is None:
        raise NotFoundError()
    return job


def owns(job: JobView) -> bool:
    """Whether the person behind the request asked for the job, or administers the site."""
    person = current_user.person
    return bool(job.account_id == person.id or person.may(frozenset({Role.ADMINISTRATOR})))


def require_own(job: JobView) -> None:
    """Refuse others.

    Raises
    ------
    ForbiddenError
        If the job is somebody else's.
    """
    if not owns(job):
        raise ForbiddenError()


def waits_for(job: JobView) -> str:
    """Tell what a waiting job lacks: any "worker", the machine with the "keys", or nothing."""
    if job.state is not JobState.QUEUED:
        return ""
    if not rows.held(holding.WORKER):
        return "worker"
    return "keys" if job.kind in holding.WITH_KEYS and not rows.held(holding.MIXER) else ""
