"""A person with a telephone, a network and an office, for the proof of conversations.

The person sees nothing but messages, picks an option that stands in one, and means the question
that stands in it.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from surveys.conversation import Incoming, Outcome, begin, received, timed_out, withdrawn
from surveys.conversation_choosing import assigned
from surveys.conversation_state import Conversation, from_document, to_document
from surveys.reading import read_questionnaire
from tests.proofs.conversing_rules import PATIENCE, READABLE, Meant, Script
from tests.questionnaires.small import asked, choice, document, scale

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TRANSIT = 2.0
QUESTION = re.compile(r"\b([ab][1-4])\b")
OPTION = re.compile(r"(?m)^([0-9]+)\. (.+)$")
NUMBERS = ("{number}", "{number}.", " {number} ", "câu {number}", "CAU {number}")
WORDS = ("{label}", "{upper}", "{number}. {label}")
COMMANDS = {
    "again": ("lai", "LẠI", "Nhắc lại"),
    "change": ("sua", "SỬA", "đổi", "doi."),
    "skip": ("bo qua", "Bỏ qua"),
    "stop": ("TU CHOI", "từ chối", "STOP", "Dừng"),
    "nonsense": ("?", "99", "xin chào", "5 hoặc 6", "đúng"),
    "yes": ("CO", "có", "c"),
    "no": ("khong", "Không", "KO"),
}


def texts(code: str) -> dict[str, str]:
    return {"texts": {"vi": f"Ông/Bà trả lời {code} thế nào?", "en": f"What of {code}?"}}


def single(code: str, options: str, **more: object) -> dict[str, object]:
    return asked("single_choice", code, **texts(code), **more) | {
        "choices": [choice(option) for option in options]
    }


FORMS = {
    "a": read_questionnaire(
        document(
            asked("yes_no", "a1", **texts("a1"), required=True),
            single("a2", "xyz", required=True, only_if="a1 = yes"),
            single("a3", "uvw"),
            single("a4", "mnp", required=True),
        )
    ),
    "b": read_questionnaire(
        document(
            single("b1", "xyz", required=True),
            asked("scale", "b2", **texts("b2"), scale="levels"),
            asked("yes_no", "b3", **texts("b3"), required=True, only_if="b1 = x"),
            asked("scale", "b4", **texts("b4"), scale="levels", required=True),
            scales=[scale(3)],
        )
    ),
}


@dataclass
class Shown:
    """A message on the telephone; the number counts the messages of its round."""

    round: str
    number: int
    text: str

    @property
    def code(self) -> str | None:
        found = QUESTION.search(self.text)
        return found[1] if found else None

    @property
    def options(self) -> list[tuple[str, str]]:
        return OPTION.findall(self.text)

    @property
    def waits(self) -> bool:
        """Whether it asks for something, as a person can tell."""
        return self.code is not None or "OTP" in self.text


@dataclass
class World:
    """Everything between a person and the answers that are kept.

    Attributes
    ----------
    naive : bool
        The control arm: a reply is taken for one to whatever is asked when it is read.
    wrong : list
        Answers that were kept and nobody meant; or differences to the script.
    """

    naive: bool = False
    now: float = 0.0
    conversations: dict[str, Conversation] = field(default_factory=dict)
    scripts: dict[str, Script] = field(default_factory=dict)
    flying_out: list[tuple[float, Shown]] = field(default_factory=list)
    flying_in: list[tuple[float, str, str]] = field(default_factory=list)
    phone: list[Shown] = field(default_factory=list)
    inbox: list[tuple[str, Incoming]] = field(default_factory=list)
    arrived: dict[str, tuple[str, Incoming] | None] = field(default_factory=dict)
    meanings: dict[str, Meant] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    kept: int = 0

    def at(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def begin(self, name: str, transit: float) -> None:
        if name in self.conversations:
            return
        step = begin(FORMS[name], "vi", f"KS{ord(name) - 96}", "UBND phường", self.at())
        self.scripts[name] = Script(name, since=self.now)
        self._keep(name, step.conversation, step.texts, transit)

    def wait(self, seconds: float) -> None:
        """Let time pass; what flies arrives in the order of its time."""
        until = self.now + seconds
        while True:
            due = [(when, 0, place) for place, (when, _) in enumerate(self.flying_out)]
            due += [(when, 1, place) for place, (when, *_) in enumerate(self.flying_in)]
            due = [one for one in due if one[0] <= until]
            if not due:
                break
            when, way, place = min(due)
            self.now = max(self.now, when)
            if way == 0:
                self.phone.append(self.flying_out.pop(place)[1])
            else:
                _, name, text = self.flying_in.pop(place)
                self.arrive(name, text)
        self.now = until

    def write(
        self, act: str, pick: int, style: int, transit: float, other_round: bool = False
    ) -> None:
        """Answer the last message that waits, or by keyword that of the other round."""
        last: dict[str, Shown] = {}
        for shown in self.phone:
            last.pop(shown.round, None)
            last[shown.round] = shown
        waiting = [shown for shown in last.values() if shown.waits]
        if not waiting:
            return
        shown = waiting[0] if other_round else waiting[-1]
        act, text, value = self._worded(shown, act, pick, style)
        if other_round:
            text = ("KS{}: {}", "ks{} {}")[style % 2].format(ord(shown.round) - 96, text)
        name = f"m{len(self.meanings)}"
        self.meanings[name] = Meant(shown.round, shown.number, shown.code, act, value, other_round)
        self.words[name] = text
        self.flying_in.append((self.now + min(transit, TRANSIT), name, text))

    def _worded(self, shown: Shown, act: str, pick: int, style: int) -> tuple[str, str, str]:
        if act == "option" and shown.options:
            number, label = shown.options[pick % len(shown.options)]
            patterns = NUMBERS + WORDS
            text = patterns[style % len(patterns)].format(
                number=number, label=label, upper=label.upper()
            )
            value = {"Co": "yes", "Khong": "no"}.get(label, label.rsplit(" ", 1)[-1])
            return "option", unicodedata.normalize(("NFC", "NFD")[style % 2], text), value
        if act == "option":
            act = ("yes", "no")[pick % 40 == 0]
        choices = COMMANDS[act]
        if act in ("yes", "no") and shown.options:
            labels = [label for _, label in shown.options]
            act, value = ("option", act) if "Co" in labels else ("nonsense", "")
            return act, choices[style % len(choices)], value
        return act, choices[style % len(choices)], ""

    def arrive(self, name: str, text: str) -> None:
        """Take a reply in, as the address that the provider calls does."""
        known = () if self.naive else self.arrived
        found = assigned(self.conversations, name, text, self.at(), known)
        self.arrived[name] = found or self.arrived.get(name)
        if found is not None:
            self.inbox.append(found)

    def again(self, place: int) -> None:
        """Let the provider hand over a reply once more, or let a worker read it once more."""
        if not self.arrived:
            return
        name = list(self.arrived)[place % len(self.arrived)]
        found = self.arrived[name]
        if found is not None and place % 2:
            self.inbox.append(found)
        else:
            self.arrive(name, self.words[name])

    def work(self, place: int, transit: float) -> None:
        """Read a reply that waits, in any order."""
        if not self.inbox:
            return
        key, incoming = self.inbox.pop(place % len(self.inbox))
        before = self.conversations[key]
        meant = self.meanings[incoming.message_id]
        first = all(incoming.message_id not in kept.seen for kept in self.conversations.values())
        if self.naive:
            late = max(incoming.at, before.since + timedelta(seconds=READABLE))
            incoming = replace(incoming, sequence=before.sent, at=late, is_clear=True)
        step = received(FORMS[key], before, incoming, self.at())
        self._judge(key, before, step.conversation, meant)
        if first:
            self._tell(key, meant, incoming)
        self._keep(key, step.conversation, step.texts, transit)
        if step.outcome is Outcome.OPTED_OUT:
            for name, conversation in self.conversations.items():
                self.conversations[name] = withdrawn(conversation)
                self.scripts[name].refuse()
        self._compare()

    def tick(self) -> None:
        """Let the clock end what nobody answers."""
        for name, conversation in self.conversations.items():
            self.conversations[name] = timed_out(conversation, self.at()).conversation
            script = self.scripts[name]
            if self.now - script.since > PATIENCE and script.stage in ("consent", "asking"):
                script.stage = "partial"
        self._compare()

    def _tell(self, key: str, meant: Meant, incoming: Incoming) -> None:
        at = (incoming.at - START).total_seconds()
        if meant.act == "stop":
            return
        if incoming.is_clear:
            self.scripts[meant.round].hear(meant, at, self.now)
        else:
            self.scripts[key].is_asked_again(incoming.sequence, at, self.now)

    def _judge(self, key: str, before: Conversation, after: Conversation, meant: Meant) -> None:
        """See whether what was kept now is what was meant now."""
        for code, answer in after.answers.items():
            if before.answers.get(code) != answer:
                self.kept += 1
                if (meant.round, meant.code, meant.value) != (key, code, answer):
                    self.wrong.append(f"{code} = {answer}, meant {meant.code} = {meant.value}")

    def _compare(self) -> None:
        for name, conversation in self.conversations.items():
            script = self.scripts[name]
            if conversation.answers != script.given:
                self.wrong.append(f"{name}: {conversation.answers}, script {script.given}")
            elif script.stage == "finished" and conversation.stage != "finished":
                self.wrong.append(f"{name}: {conversation.stage}, script {script.stage}")

    def _keep(
        self, name: str, conversation: Conversation, sent: tuple[str, ...], transit: float
    ) -> None:
        self.conversations[name] = from_document(to_document(conversation))
        for text in sent:
            shown = Shown(name, conversation.sent, text)
            self.flying_out.append((self.now + min(transit, TRANSIT), shown))
