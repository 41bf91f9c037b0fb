"""What anybody may read: published indexes, draws, and the head of the log."""

import hashlib

from flask import Blueprint, Response, current_app, render_template

from app.documents.media import CSV, XLSX
from app.queries import results
from app.queries.results import ResultView
from app.services import result_files, result_workbooks
from app.services.errors import NotFoundError
from app.web import access

blueprint = Blueprint("publish", __name__, url_prefix="/public")


@blueprint.get("")
@access.anyone
def all_published() -> str:
    """List what is published."""
    return render_template(
        "public/all.html",
        results=results.published(),
        draws=results.draws(),
        log=results.log_head(),
    )


@blueprint.get("/<int:result_id>")
@access.anyone
def one_result(result_id: int) -> str:
    """Show a published index."""
    view = the_result(result_id)
    return render_template(
        "public/result.html",
        head=view.head,
        document=view.document,
        log=results.log_head(),
        workbook_hash=hashlib.sha256(workbook_of(view)).hexdigest(),
    )


@blueprint.get("/<int:result_id>/index.json")
@access.anyone
def as_json(result_id: int) -> Response:
    """Give the document as it was hashed: canonical JSON, every number exact."""
    content = result_files.as_json(the_result(result_id).values)
    return attachment(content, "application/json", f"index-{result_id}.json")


@blueprint.get("/<int:result_id>/index.csv")
@access.anyone
def as_csv(result_id: int) -> Response:
    """Give the ranking as a table."""
    content = result_files.as_csv(the_result(result_id).document)
    return attachment(content, CSV, f"index-{result_id}.csv")


@blueprint.get("/<int:result_id>/results.xlsx")
@access.anyone
def as_workbook(result_id: int) -> Response:
    """Give the rankings, points, estimates and sources as a workbook."""
    content = workbook_of(the_result(result_id))
    return attachment(content, XLSX, f"ket-qua-{result_id}.xlsx")


def workbook_of(view: ResultView) -> bytes:
    """Make the workbook of a published index, or take the one made before."""
    return result_workbooks.published(view.head, current_app.config["KHAOSAT"].address)


def the_result(result_id: int) -> ResultView:
    """Find a published index; one that is not published does not exist here."""
    view = results.published_result(result_id)
    if view is None:
        raise NotFoundError()
    return view


def attachment(content: bytes, kind: str, filename: str) -> Response:
    """Send a file to keep."""
    return Response(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
