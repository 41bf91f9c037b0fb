"""What was answered on earlier pages, in an encrypted field of the page that follows.

Nothing is stored before the last page (mechanisms.md §2), so a form that has several carries its
answers along. The field is encrypted: it stands in caches and in the history of a browser that
others may use too. It opens only in the form that it was made for.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from app.services import secrets
from surveys.answers import Answer, from_json

PURPOSE = "answers so far"


@dataclass(frozen=True)
class SoFar:
    """Where somebody stands in a form.

    Attributes
    ----------
    page : int
        Number of the page that they see.
    answers : mapping of question code to answer
        Of all pages, those ahead too where somebody went back; the comment is among them.
    """

    page: int
    answers: Mapping[str, Answer] = field(default_factory=dict)


def sealed(so_far: SoFar, *form: str) -> str:
    """Write the field for a form, which its version and nonce tell from all others."""
    content = json.dumps([list(form), so_far.page, dict(so_far.answers)], ensure_ascii=False)
    return base64.urlsafe_b64encode(secrets.seal(PURPOSE, content.encode())).decode()


def opened(text: str, *form: str) -> SoFar | None:
    """Read the field; None if it is not ours, was made for another form, or is missing."""
    try:
        content = secrets.unseal(PURPOSE, base64.urlsafe_b64decode(text))
    except (InvalidTag, ValueError):
        return None
    whose, page, answers = json.loads(content)
    if whose != list(form):
        return None
    return SoFar(page, from_json(answers))
