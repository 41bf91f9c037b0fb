"""A questionnaire answered by text messages: one question a message, one reply a question.

What has been said and what came in give what is said next; nothing here sends, stores or looks at
a clock. A reply counts only for the question that was the last one when it came in.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from surveys.answering import Reading, read_answers, to_form
from surveys.conversation_asking import asked_by_message, hint, next_question, question_text
from surveys.conversation_reading import answer, command, consents
from surveys.conversation_state import Conversation, Stage
from surveys.conversation_words import FILLERS, TEXTS, Command, text
from surveys.errors import ConversationError
from surveys.questionnaire import Question, Questionnaire
from surveys.routing import given_on_way
from surveys.texts import without_marks
from surveys.writing import version_hash

# Nobody reads a message and answers it sooner: what comes in sooner was written before.
QUICKEST = timedelta(seconds=5)
MOST_WRONG = 2
# People who say "again" without end would cost without end.
MOST_SENT = 80
KEYWORD = re.compile(r"[A-Z]{2,4}[0-9]{1,3}")


class Outcome(StrEnum):
    """What has become of a conversation."""

    GOING_ON = "going_on"
    FINISHED = "finished"
    PARTIAL = "partial"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True)
class Incoming:
    """A reply, as it was when it came in.

    Attributes
    ----------
    message_id : str
        The provider's name of it.
    sequence : int
        Number of the message that was the last one sent in the conversation when the reply came
        in, or the last one delivered where the provider tells; not when it is read.
    at : datetime
        When it came in, in UTC.
    is_clear : bool
        False when it may belong to another conversation just as well.
    """

    message_id: str
    text: str
    sequence: int
    at: datetime
    is_clear: bool = True


@dataclass(frozen=True)
class Step:
    """Where a conversation stands now, and what is to be sent."""

    conversation: Conversation
    texts: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What has become of it; an opt-out concerns all messages to the number."""
        if self.conversation.stopped:
            return Outcome.OPTED_OUT
        if self.conversation.is_open:
            return Outcome.GOING_ON
        return Outcome(self.conversation.stage.value)


def begin(
    questionnaire: Questionnaire, language: str, keyword: str, sender: str, now: datetime
) -> Step:
    """Ask whether the person agrees to be asked.

    Parameters
    ----------
    questionnaire : Questionnaire
        One in which `surveys.conversation_fit.unsuitable` finds nothing.
    language : str
        ``vi`` or ``en``.
    keyword : str
        Of the round: two to four capitals and a number, such as KS12.
    sender : str
        Who asks.

    Raises
    ------
    ConversationError
        If the keyword could be mistaken for a reply, or the questionnaire lacks the language.
    """
    if not is_keyword(keyword):
        raise ConversationError(f"{keyword!r} is no keyword such as KS12")
    if language not in questionnaire.languages or language not in TEXTS["consent"]:
        raise ConversationError(f"there are no messages in {language!r}")
    name = questionnaire.derived(version_hash)
    begun = Conversation(name, language, keyword, sender.strip(), Stage.CONSENT, 0, now)
    return _ask(questionnaire, begun, now)


def is_keyword(keyword: str) -> bool:
    """Tell whether a keyword cannot be mistaken for a reply such as "cau 3"."""
    letters = keyword.rstrip("0123456789").lower()
    return KEYWORD.fullmatch(keyword) is not None and letters not in FILLERS


def received(
    questionnaire: Questionnaire, conversation: Conversation, incoming: Incoming, now: datetime
) -> Step:
    """Read a reply.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the conversation began with.
    incoming : Incoming
        What `surveys.conversation_choosing.assigned` gave. One that was read before changes
        nothing; one that belongs to an earlier message is put aside, unless it says to stop.
    now : datetime
        The instant at which the texts of the step are sent.

    Raises
    ------
    ConversationError
        If the conversation is about another version.
    """
    if questionnaire.derived(version_hash) != conversation.version:
        raise ConversationError("the conversation is about another questionnaire")
    if incoming.message_id in conversation.seen:
        return Step(conversation)
    read = replace(conversation, seen=(*conversation.seen, incoming.message_id))
    said = command(incoming.text)
    if said is Command.STOP:
        return Step(read) if read.stopped else _said(withdrawn(read), now, "stopped")
    if not read.is_open:
        return Step(read)
    if read.is_over(incoming.at):
        return _broken_off(read, now)
    if incoming.sequence != read.sent or incoming.at - read.since < QUICKEST:
        return Step(read)
    if read.sent >= MOST_SENT:
        return _broken_off(read, now)
    if said is Command.AGAIN or not incoming.is_clear:
        return _ask(questionnaire, read, now)
    if read.stage is Stage.CONSENT:
        return _consented(questionnaire, read, incoming.text, now)
    return _replied(questionnaire, read, incoming.text, now)


def timed_out(conversation: Conversation, now: datetime) -> Step:
    """End a conversation in which no reply came for 72 hours, without a message."""
    if conversation.is_open and conversation.is_over(now):
        return Step(conversation.ended(Stage.PARTIAL))
    return Step(conversation)


def withdrawn(conversation: Conversation) -> Conversation:
    """Stop a conversation because its person wants no messages; what has ended stays as it is."""
    ended = conversation.ended(Stage.REFUSED) if conversation.is_open else conversation
    return replace(ended, stopped=True)


def result(questionnaire: Questionnaire, conversation: Conversation) -> Reading:
    """Give what was answered, as a form would: of a partial conversation with faults for the rest.

    Only what is on the person's way is there; nothing for one that was refused.
    """
    return read_answers(questionnaire, to_form(questionnaire, conversation.answers))


def _consented(
    questionnaire: Questionnaire, state: Conversation, reply: str, now: datetime
) -> Step:
    agreed = consents(reply)
    if agreed:
        return _ask(questionnaire, replace(state, stage=Stage.ASKING, wrong=0), now)
    if agreed is False:
        return _said(state.ended(Stage.REFUSED), now, "declined")
    return _not_understood(questionnaire, state, None, now)


def _replied(questionnaire: Questionnaire, state: Conversation, reply: str, now: datetime) -> Step:
    question = questionnaire.question(state.asked or "")
    if question is None:
        raise ConversationError("the conversation asks no question of this questionnaire")
    said = command(reply)
    if said is Command.CHANGE:
        return _changed(questionnaire, state, now)
    if said is Command.SKIP:
        if question.required:
            return _not_understood(questionnaire, state, question, now, "must_be_answered")
        return _passed_over(questionnaire, state, question, now)
    found = answer(question, reply, state.language)
    if found is None:
        return _not_understood(questionnaire, state, question, now)
    given = {**state.answers, question.code: found}
    kept = given_on_way(questionnaire, given)
    in_order = tuple((code, said) for code, said in given.items() if code in kept)
    return _ask(questionnaire, replace(state, given=in_order, wrong=0), now)


def _changed(questionnaire: Questionnaire, state: Conversation, now: datetime) -> Step:
    """Ask the last answered question again; its answer is disowned from now on."""
    if not state.given:
        return _ask(questionnaire, state, now, text("nothing_to_change", state.language))
    return _ask(questionnaire, replace(state, given=state.given[:-1], wrong=0), now)


def _not_understood(
    questionnaire: Questionnaire,
    state: Conversation,
    question: Question | None,
    now: datetime,
    because: str = "unclear",
) -> Step:
    wrong = replace(state, wrong=state.wrong + 1)
    if wrong.wrong <= MOST_WRONG:
        why = text(because, state.language, hint=hint(question, state.language))
        return _ask(questionnaire, wrong, now, why)
    if question is None or question.required:
        return _broken_off(state, now)
    before = text("passed_over", state.language)
    return _passed_over(questionnaire, state, question, now, before)


def _passed_over(
    questionnaire: Questionnaire,
    state: Conversation,
    question: Question,
    now: datetime,
    before: str = "",
) -> Step:
    skipped = replace(state, skipped=(*state.skipped, question.code), wrong=0)
    return _ask(questionnaire, skipped, now, before)


def _ask(
    questionnaire: Questionnaire, state: Conversation, now: datetime, before: str = ""
) -> Step:
    """Send the question that comes next, or the first message, or thanks."""
    if state.stage is Stage.CONSENT:
        count = len(asked_by_message(questionnaire))
        return _said(state, now, "consent", before, sender=state.sender, count=count)
    question = next_question(questionnaire, state)
    if question is None:
        return _said(state.ended(Stage.FINISHED), now, "finished", before)
    words = question_text(questionnaire, question, state.answers, state.language)
    return _said(replace(state, asked=question.code), now, "ask", before, question=words)


def _broken_off(state: Conversation, now: datetime) -> Step:
    name = "partial" if state.given else "unanswered"
    return _said(state.ended(Stage.PARTIAL), now, name)


def _said(
    state: Conversation, now: datetime, name: str, before: str = "", **values: object
) -> Step:
    words = before + text(name, state.language, keyword=state.keyword, **values)
    return Step(replace(state, sent=state.sent + 1, since=now), (without_marks(words),))
