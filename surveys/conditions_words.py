"""A condition said in words, for people who look at a questionnaire and write none."""

from collections.abc import Mapping, Sequence

from surveys.conditions import (
    ORDERINGS,
    And,
    Answered,
    Atom,
    Comparison,
    Condition,
    Membership,
    Not,
    Operator,
    Or,
)
from surveys.conditions_evaluation import accepts
from surveys.conditions_typing import Sort, day, sort_of
from surveys.kinds import KINDS
from surveys.messages import DEFAULT_LOCALE
from surveys.questionnaire import Question, Questionnaire

Words = Mapping[str, str]

WORDS: Mapping[str, Words] = {
    "vi": {
        "unknown": "câu {question}",
        "question": "câu {number}",
        "quoted": "“{text}”",
        "or_list": " hoặc ",
        "and": " và ",
        "or": " hoặc ",
        "not": "không đúng rằng {part}",
        "answered": "{question} đã được trả lời",
        "unanswered": "{question} không được trả lời",
        "chosen": "{question} chọn {options}",
        "other": "{question} chọn phương án khác với {options}",
        "never": "{question} chọn một phương án không có trong phiếu",
        "has": "{question} có chọn {options}",
        "number=": "{question} bằng {value}",
        "number!=": "{question} khác {value}",
        "number<": "{question} nhỏ hơn {value}",
        "number<=": "{question} từ {value} trở xuống",
        "number>": "{question} lớn hơn {value}",
        "number>=": "{question} từ {value} trở lên",
        "numberin": "{question} bằng {value}",
        "day=": "{question} là ngày {value}",
        "day!=": "{question} không phải ngày {value}",
        "day<": "{question} trước ngày {value}",
        "day<=": "{question} từ ngày {value} trở về trước",
        "day>": "{question} sau ngày {value}",
        "day>=": "{question} từ ngày {value} trở đi",
        "dayin": "{question} là ngày {value}",
    },
    "en": {
        "unknown": "question {question}",
        "question": "question {number}",
        "quoted": "“{text}”",
        "or_list": " or ",
        "and": " and ",
        "or": " or ",
        "not": "it is not so that {part}",
        "answered": "{question} is answered",
        "unanswered": "{question} is not answered",
        "chosen": "{question} is answered by {options}",
        "other": "{question} is answered by something other than {options}",
        "never": "{question} is answered by an option that is not offered",
        "has": "the answers to {question} include {options}",
        "number=": "{question} is {value}",
        "number!=": "{question} is not {value}",
        "number<": "{question} is below {value}",
        "number<=": "{question} is at most {value}",
        "number>": "{question} is above {value}",
        "number>=": "{question} is at least {value}",
        "numberin": "{question} is {value}",
        "day=": "{question} is {value}",
        "day!=": "{question} is a day other than {value}",
        "day<": "{question} is before {value}",
        "day<=": "{question} is {value} or earlier",
        "day>": "{question} is after {value}",
        "day>=": "{question} is {value} or later",
        "dayin": "{question} is {value}",
    },
}
"""The words of conditions, in Vietnamese and English."""


def numbers(questionnaire: Questionnaire) -> dict[str, int]:
    """Number the questions that take an answer, as the whole form on paper would.

    Parameters
    ----------
    questionnaire : Questionnaire
        Any version.

    Returns
    -------
    dict of question code to int
        From 1, in the order of the document; what is only read has none. On screen people meet
        other numbers where questions are left out.
    """
    answered = (asked.code for asked in questionnaire.questions if KINDS[asked.kind].answered)
    return {code: number for number, code in enumerate(answered, start=1)}


def in_words(
    condition: Condition, questionnaire: Questionnaire, locale: str = DEFAULT_LOCALE
) -> str:
    """Say a condition in words.

    Parameters
    ----------
    condition : Condition
        A condition of the questionnaire.
    questionnaire : Questionnaire
        Gives the numbers of questions and the words of options.
    locale : str
        Language of the sentence, "vi" or "en"; options are told in it where the questionnaire
        speaks it, else in the questionnaire's first language.

    Returns
    -------
    str
        A clause to follow "only if". A comparison with the values of options is told as the
        options that fulfil it.

    Examples
    --------
    >>> from surveys.instruments import load
    >>> asked = load("residents_three_aspects")
    >>> in_words(Not(Answered(asked.questions[0].code)), asked, "en")
    'question 1 is not answered'
    """
    return _Teller(questionnaire, locale).told(condition)


class _Teller:
    """Tells the parts of a condition in one language."""

    def __init__(self, questionnaire: Questionnaire, locale: str) -> None:
        self.words = WORDS.get(locale, WORDS[DEFAULT_LOCALE])
        self.locale = locale if locale in WORDS else DEFAULT_LOCALE
        self.numbers = numbers(questionnaire)
        self.questions = {asked.code: asked for asked in questionnaire.questions}

    def say(self, key: str, **params: object) -> str:
        return self.words[key].format(**params)

    def told(self, condition: Condition) -> str:
        match condition:
            case And(parts):
                return self.words["and"].join(self._within(part, Or) for part in parts)
            case Or(parts):
                return self.words["or"].join(self._within(part, And) for part in parts)
            case Not(Answered(question)):
                return self.say("unanswered", question=self.named(question))
            case Not(part):
                told = self.told(part)
                return self.say("not", part=f"({told})" if isinstance(part, And | Or) else told)
            case _:
                return self.atom(condition)

    def _within(self, part: Condition, other: type) -> str:
        """Bracket what could be drawn to its neighbours when it is read aloud."""
        told = self.told(part)
        reaches = isinstance(part, Not) and not isinstance(part.part, Answered)
        return f"({told})" if reaches or isinstance(part, other) else told

    def named(self, code: str) -> str:
        number = self.numbers.get(code)
        if number is None:
            return self.say("unknown", question=code)
        return self.say("question", number=number)

    def atom(self, atom: Atom) -> str:
        named, question = self.named(atom.question), self.questions.get(atom.question)
        if isinstance(atom, Answered) or question is None:
            return self.say("answered", question=named)
        match sort_of(question):
            case Sort.OPTION:
                return self._of_options(atom, question, named)
            case Sort.OPTIONS:
                return self.say("has", question=named, options=self._options(question, _of(atom)))
            case Sort.DATE:
                days = [self._day(operand) for operand in _of(atom)]
                return self._measured("day", atom, named, days)
            case _:
                amounts = [self._number(operand) for operand in _of(atom)]
                return self._measured("number", atom, named, amounts)

    def _of_options(self, atom: Comparison | Membership, question: Question, named: str) -> str:
        if isinstance(atom, Comparison) and atom.operator is Operator.UNEQUAL:
            return self.say("other", question=named, options=self._options(question, _of(atom)))
        codes = _of(atom)
        if isinstance(atom, Comparison) and atom.operator in ORDERINGS:
            accepted = accepts(atom, self.questions)
            codes = [choice.code for choice in question.choices if accepted(choice.code)]
        if not codes:
            return self.say("never", question=named)
        return self.say("chosen", question=named, options=self._options(question, codes))

    def _options(self, question: Question, codes: Sequence[str]) -> str:
        known = {choice.code: choice.texts.in_language(self.locale) for choice in question.choices}
        texts = [known.get(code, code) for code in codes]
        return self._listed([self.say("quoted", text=text) for text in texts])

    def _listed(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return self.words["or_list"].join([", ".join(items[:-1]), items[-1]])

    def _measured(
        self, what: str, atom: Comparison | Membership, named: str, values: Sequence[str]
    ) -> str:
        operator = atom.operator.value if isinstance(atom, Comparison) else "in"
        return self.say(what + operator, question=named, value=self._listed(values))

    def _number(self, operand: str) -> str:
        return operand.replace(".", ",") if self.locale == "vi" else operand

    def _day(self, operand: str) -> str:
        found = day(operand)
        return found.strftime("%d/%m/%Y") if found else operand


def _of(atom: Comparison | Membership) -> Sequence[str]:
    return atom.operands if isinstance(atom, Membership) else (atom.operand,)
