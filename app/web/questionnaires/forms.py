"""The form of an upload, and what a file is read as."""

import json

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, SubmitField
from wtforms.validators import Length

from app.documents.xlsforms import read_sheets
from app.services.errors import InvalidInputError
from app.services.questionnaires import LONGEST_NOTE
from app.web.forms import StaffForm
from sampling.workbook import ARCHIVE_START
from surveys.xlsform.faults import FormError
from surveys.xlsform.importing import from_sheets


class UploadForm(StaffForm):
    """A document, and why it is brought."""

    file = FileField(
        lazy_gettext("Questionnaire (JSON or XLSForm)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "It is checked as a whole: either it is kept as a draft, or you see every fault."
        ),
    )
    note = StringField(
        lazy_gettext("Note"),
        [Length(max=LONGEST_NOTE, message=lazy_gettext("A note has at most 300 characters."))],
        description=lazy_gettext("For colleagues, such as: as agreed on 12 May."),
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Check and keep as a draft"))


def as_document(content: bytes) -> bytes:
    """Give a file as the document of a questionnaire; a workbook is read as an XLSForm.

    Raises
    ------
    InvalidInputError
        With everything that is wrong with the workbook, by sheet, row and column.
    """
    if not content.startswith(ARCHIVE_START):
        return content
    try:
        return json.dumps(from_sheets(read_sheets(content))).encode()
    except FormError as error:
        raise InvalidInputError(faults=error.faults) from error
