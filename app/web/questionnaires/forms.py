"""The form of an upload."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, SubmitField
from wtforms.validators import Length

from app.services.questionnaires import LONGEST_NOTE
from app.web.forms import StaffForm


class UploadForm(StaffForm):
    """A document, and why it is brought."""

    file = FileField(
        lazy_gettext("Questionnaire (JSON)"),
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
