"""A questionnaire and its codebook as files."""

import json

from werkzeug.wrappers import Response

from app.documents import codebooks, xlsforms
from app.documents.media import CSV, XLSX
from app.web import access
from app.web.questionnaires import site
from app.web.questionnaires.site import READERS, Subject, blueprint
from surveys.writing import to_document
from surveys.xlsform.exporting import to_sheets

JSON = "application/json; charset=utf-8"


@blueprint.get("/<key>/document.json")
@access.roles(*READERS)
def document(key: str) -> Response:
    """Hand out the document as it can be brought again."""
    found = site.the_subject(key)
    text = json.dumps(to_document(found.asked), ensure_ascii=False, indent=2) + "\n"
    return attachment(text.encode(), JSON, found, "json")


@blueprint.get("/<key>/form.xlsx")
@access.roles(*READERS)
def xlsform(key: str) -> Response:
    """Hand out the XLSForm, which comes back as the same version."""
    found = site.the_subject(key)
    return attachment(xlsforms.write_sheets(to_sheets(found.asked)), XLSX, found, "xlsform.xlsx")


@blueprint.get("/<key>/codebook.csv")
@access.roles(*READERS)
def codebook_csv(key: str) -> Response:
    """Hand out the codebook for programs."""
    found = site.the_subject(key)
    return attachment(codebooks.as_csv(found.asked, site.interface()), CSV, found, "csv")


@blueprint.get("/<key>/codebook.xlsx")
@access.roles(*READERS)
def codebook_xlsx(key: str) -> Response:
    """Hand out the codebook for people."""
    found = site.the_subject(key)
    return attachment(codebooks.as_xlsx(found.asked, site.interface()), XLSX, found, "xlsx")


def attachment(content: bytes, media_type: str, found: Subject, ending: str) -> Response:
    """Make a download, named by code and version; both are plain letters and digits."""
    reply = Response(content, content_type=media_type)
    name = f"{found.asked.code}-v{found.asked.version}.{ending}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply
