"""What may be wrong with a questionnaire or with an answer, and how it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.messages import DEFAULT_LOCALE, MESSAGES

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    Attributes
    ----------
    path : str
        Where: ``sections[1].questions[0].kind`` in a document, the question's code in answers.
    code : str
        Which fault, a key of `surveys.messages.MESSAGES`.
    value : object
        What stood there, None when nothing did.
    params : mapping
        What the message is filled with, beside the value.

    Examples
    --------
    >>> Fault("sections[0].code", "missing").line("en")
    'sections[0].code: this property is missing'
    """

    path: str
    code: str
    value: object = field(default=None, hash=False)
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.code not in MESSAGES:
            raise KeyError(self.code)

    def message(self, locale: str = DEFAULT_LOCALE) -> str:
        """Say what to mend, in Vietnamese unless `locale` is another language of the table."""
        texts = MESSAGES[self.code]
        template = texts.get(locale, texts[DEFAULT_LOCALE])
        return template.format(**{"value": shown(self.value), **self.params})

    def as_dict(self, locale: str = DEFAULT_LOCALE) -> dict[str, object]:
        """Give path, code, value and message, ready for JSON."""
        return {
            "path": self.path,
            "code": self.code,
            "value": shown(self.value),
            "message": self.message(locale),
        }

    def line(self, locale: str = DEFAULT_LOCALE) -> str:
        """Give one line for a person."""
        return f"{self.path or '$'}: {self.message(locale)}"


class SurveyError(ValueError):
    """The root of what this package raises."""


class QuestionnaireError(SurveyError):
    """A document is not a questionnaire; `faults` lists everything to mend."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.line("en") for fault in faults))
        self.faults = tuple(faults)


class MessageTemplateError(SurveyError):
    """A message cannot be read or filled; `faults` lists everything to mend."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.line("en") for fault in faults))
        self.faults = tuple(faults)


class ConversationError(SurveyError):
    """A conversation was begun with words it cannot use, or is of another questionnaire."""


class UnknownInstrumentError(SurveyError):
    """No instrument of that code is shipped."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        super().__init__(f"no instrument {code!r}; there are: {', '.join(known)}")


def shown(value: object) -> str | int | float | bool | None:
    """Give a value as JSON can carry it, cut to a length that fits on a line."""
    if value is None or isinstance(value, bool | int | float):
        return value
    # A lone surrogate cannot be written to a terminal or a file.
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
