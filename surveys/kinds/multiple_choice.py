"""Any of several options."""

from collections.abc import Iterator, Mapping, Sequence

from surveys.answers import Answer, said
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.ordinary import OrdinaryKind
from surveys.kinds.single import exclusive_codes
from surveys.limits import CountLimits
from surveys.questionnaire import Question

MULTIPLE = "multiple_choice"


class MultipleChoiceKind(OrdinaryKind):
    """Answers are codes in the order of the document; an exclusive one stands alone."""

    name = MULTIPLE
    properties = ("choices",)
    optional = ("min", "max")

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when there is nothing to choose between, or no choice keeps to the limits."""
        ordinary = sum(not choice.exclusive for choice in question.choices)
        if ordinary < 2:
            yield Fault(f"{path}.choices", "too_few_choices")
        for number, choice in enumerate(question.choices):
            if choice.value is not None:
                yield Fault(f"{path}.choices[{number}].value", "value_unused", choice.value)
        limits = _limits(question)
        if limits.at_most is not None and limits.at_most > ordinary:
            yield Fault(f"{path}.max", "more_than_offered", limits.at_most, {"offered": ordinary})
        if limits.at_least is not None and limits.at_least > ordinary:
            yield Fault(f"{path}.min", "more_than_offered", limits.at_least, {"offered": ordinary})
        if limits.at_least and limits.at_most and limits.at_least > limits.at_most:
            yield Fault(f"{path}.max", "bounds_crossed", limits.at_most, {"low": limits.at_least})

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept codes of the list; the same one twice counts once."""
        codes = {code for value in submitted if (code := value.strip())}
        if not codes:
            return Fault(question.code, "required") if question.required else None
        found = tuple(choice for choice in question.choices if choice.code in codes)
        if len(found) < len(codes):
            return Fault(question.code, "unknown_choice")
        if any(choice.exclusive for choice in found):
            alone = len(found) == 1
            return (found[0].code,) if alone else Fault(question.code, "not_alone")
        limits = _limits(question)
        if limits.at_least is not None and len(found) < limits.at_least:
            return Fault(question.code, "too_few_chosen", None, {"limit": limits.at_least})
        if limits.at_most is not None and len(found) > limits.at_most:
            return Fault(question.code, "too_many_chosen", None, {"limit": limits.at_most})
        return tuple(choice.code for choice in found)

    def longest(self, question: Question) -> int:
        """Count all options with their quotes and commas."""
        return sum(len(choice.code) + 3 for choice in question.choices)

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe a column for each ordinary option, 1 where it was chosen and 0 where not."""
        label, missing = question.whole_text(language), exclusive_codes(question)
        return tuple(
            Column(
                name=option_column(question.code, choice.code),
                label=f"{label} [{choice.texts.in_language(language)}]",
                measure="mark",
                labels={},
                values={},
                missing=missing,
            )
            for choice in question.choices
            if not choice.exclusive
        )

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Mark what was chosen; None throughout if something was said in place of an answer."""
        chosen = set(said(answer or ()))
        ordinary = [choice.code for choice in question.choices if not choice.exclusive]
        known = bool(chosen) and chosen.issubset(ordinary)
        return {
            option_column(question.code, code): float(code in chosen) if known else None
            for code in ordinary
        }


def option_column(question: str, option: str) -> str:
    """Name the column of an option; no other question or option of a document has this name."""
    return f"{question}_{option}"


def _limits(question: Question) -> CountLimits:
    return question.limits if isinstance(question.limits, CountLimits) else CountLimits()
