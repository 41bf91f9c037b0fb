"""Yes or no."""

from collections.abc import Mapping

from surveys.kinds.single import OneChoiceKind
from surveys.wording import Wording

YES, NO = "yes", "no"
TEXTS: Mapping[str, Mapping[str, str]] = {
    YES: {"vi": "Có", "en": "Yes"},
    NO: {"vi": "Không", "en": "No"},
}
"""The words in our own languages; a document gives them in any other, or others than these."""


def own_texts(code: str, languages: tuple[str, ...]) -> Wording | None:
    """Give the words of an option; None where we lack one of the languages."""
    if not set(languages) <= TEXTS[code].keys():
        return None
    return Wording({language: TEXTS[code][language] for language in languages})


class YesNoKind(OneChoiceKind):
    """Answers are "yes" and "no"; the document may word them."""

    name = "yes_no"
    optional = (YES, NO)
