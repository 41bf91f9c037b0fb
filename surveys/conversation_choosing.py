"""Which conversation a reply belongs to, where one number is asked about several rounds."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from surveys.conversation import QUICKEST, Incoming, is_keyword
from surveys.conversation_reading import command
from surveys.conversation_state import Conversation
from surveys.conversation_words import Command

LEADING = re.compile(r"\s*([A-Za-z]{2,4}[0-9]{1,3})(?!\w)[\s:.,;–-]*", re.ASCII)


def assigned(
    conversations: Mapping[str, Conversation],
    message_id: str,
    text: str,
    at: datetime,
    known: Collection[str],
) -> tuple[str, Incoming] | None:
    """Find the conversation of a reply, at the moment when it comes in.

    A keyword leads to its own round and to no other. A reply without one belongs to the round that
    wrote last; it is not clear when another round wrote at nearly the same time, for messages may
    overtake each other. A wish to stop always finds a conversation.

    Parameters
    ----------
    conversations : mapping of str to Conversation
        All of the number, those that have ended too: what was read for one is no news.
    message_id, text, at
        As for `Incoming`.
    known : collection of str
        The provider's names of all replies of the number that came in before, those too that
        belonged to nothing: handed over later, they would be taken for replies to what is asked
        then.

    Returns
    -------
    (str, Incoming) or None
        Key of the conversation, and the reply without its keyword. None when it came in before, or
        belongs to nothing that is open.
    """
    seen = any(message_id in kept.seen for kept in conversations.values())
    if seen or message_id in known:
        return None
    keyword, rest = _without_keyword(text)
    if command(rest) is Command.STOP:
        return _stopping(conversations, keyword, Incoming(message_id, rest, 0, at))
    candidates = {key: kept for key, kept in conversations.items() if kept.is_open}
    if keyword is not None:
        candidates = _of_keyword(candidates, keyword)
    elif any(at - told.since < QUICKEST for told in conversations.values()):
        return None  # written before the last message could be read, whichever round sent it
    if not candidates:
        return None
    key = _latest(candidates)
    latest = candidates[key]
    others = [other for name, other in candidates.items() if name != key]
    clear = all(latest.since - other.since >= QUICKEST for other in others)
    return key, Incoming(message_id, rest, latest.sent, at, clear)


def _stopping(
    conversations: Mapping[str, Conversation], keyword: str | None, incoming: Incoming
) -> tuple[str, Incoming] | None:
    """Prefer the round that was named, then those that are open, then the latest."""
    if not conversations:
        return None
    named = _of_keyword(conversations, keyword) if keyword else {}
    among = named or {key: kept for key, kept in conversations.items() if kept.is_open}
    return _latest(among or conversations), incoming


def _of_keyword(conversations: Mapping[str, Conversation], keyword: str) -> dict[str, Conversation]:
    return {key: kept for key, kept in conversations.items() if kept.keyword == keyword}


def _latest(conversations: Mapping[str, Conversation]) -> str:
    return max(conversations, key=lambda key: (conversations[key].since, key))


def _without_keyword(text: str) -> tuple[str | None, str]:
    found = LEADING.match(text)
    keyword = found[1].upper() if found else ""
    if found is None or not is_keyword(keyword):
        return None, text
    return keyword, text[found.end() :]
