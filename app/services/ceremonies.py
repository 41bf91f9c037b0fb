"""The ceremony of a draw: secrets are taken, then the number, and nothing in another order (0053).

The secrets of all parties but the office are shown to the room as they come. The office's own
stays sealed until the round has closed: while it is hidden, nobody can work out the seed.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Ceremony, CeremonyParty, FrameDraw, Round
from app.queries import ceremonies as rows
from app.services import recording, rounds, states
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import AbsentRule, CeremonyState, NumberKind, RoundState
from sampling import seeding
from sampling.ceremony import Ceremony as Held, dice_number
from sampling.draw_errors import DrawError
from sampling.draw_record import Commitment, Party
from sampling.spoken_secrets import secret_of

LONGEST_NUMBER = 300
Stored = tuple[Ceremony, list[CeremonyParty]]


def reveal(actor: Actor, round_id: int, place: int, text: str) -> None:
    """Take the secret of a party, in hexadecimal digits or in words; twice the same does nothing.

    Raises
    ------
    InvalidInputError
        If it is no secret, or not the one committed to.
    WrongStateError
        If secrets are not taken any more.
    NotFoundError
        If there is no such party; nobody enters the office's secret.
    """
    with writing() as session:
        ceremony, parties = locked(session, round_id)
        party = next((one for one in parties if one.place == place != rows.OFFICE), None)
        if party is None:
            raise NotFoundError()
        _check_in_time(ceremony)
        try:
            secret = secret_of(text)
            _held(session, ceremony, parties).revealed(party.name, secret)
        except DrawError as error:
            raise InvalidInputError(
                faults=[FieldFault("secret", REFUSED[error.code], {"party": party.name})]
            ) from error
        if not party.secret:
            party.secret = secret.hex()
            told = {"place": place, "commitment": party.commitment}
            recording.record(session, actor, "ceremony.revealed", f"round:{round_id}", **told)


def end_revealing(actor: Actor, round_id: int, silent: frozenset[int]) -> CeremonyState:
    """Take no more secrets: the number may come, or there is no draw, by the rule told before.

    Parameters
    ----------
    silent : frozenset of int
        Places of the parties that the page showed as silent; somebody may have revealed since.

    Raises
    ------
    WrongStateError
        If others are silent than those, or the revealing has ended with others.
    """
    with writing() as session:
        ceremony, parties = locked(session, round_id)
        missing = {one.place for one in parties if one.place != rows.OFFICE and not one.secret}
        if missing != silent:
            raise WrongStateError(CHANGED)
        if ceremony.state is not CeremonyState.REVEALING:
            return ceremony.state
        stops = bool(missing) and ceremony.absent is AbsentRule.STOP
        wanted = CeremonyState.STOPPED if stops else CeremonyState.REVEALED
        ceremony.state = states.step(states.CEREMONY_EDGES, ceremony.state, wanted)
        ceremony.ended_at = clock.now()
        if stops:
            # Nothing is drawn with it any more, and everybody may see that it was the right one.
            parties[rows.OFFICE].secret = draw_of(session, round_id).secret
        recording.record(
            session,
            actor,
            "ceremony.stopped" if stops else "ceremony.revealing_ended",
            f"round:{round_id}",
            attempt=ceremony.attempt,
            silent=[parties[place].commitment for place in sorted(missing)],
        )
        return wanted


def enter_number(actor: Actor, round_id: int, text: str) -> str:
    """Enter the public number, once; the same number again does nothing.

    Returns
    -------
    str
        The number as it enters the seed.

    Raises
    ------
    InvalidInputError
        If it is missing or, with dice, has not twenty digits.
    WrongStateError
        Before the revealing has ended, before the number can be out, or if there is another.
    """
    with writing() as session:
        ceremony, parties = locked(session, round_id)
        number = _number(ceremony, text)
        if ceremony.number == number:
            return number
        wanted = CeremonyState.NUMBERED
        state = states.step(states.CEREMONY_EDGES, ceremony.state, wanted)
        if ceremony.number_at is not None and clock.now() < ceremony.number_at:
            raise WrongStateError(TOO_SOON)
        _held(session, ceremony, parties).with_number(number)
        ceremony.state, ceremony.number = state, number
        told = {"attempt": ceremony.attempt, "number": number}
        recording.record(session, actor, "ceremony.number", f"round:{round_id}", **told)
        return number


def known_secrets(draw: FrameDraw, number: str) -> list[bytes | None]:
    """List the secrets that a draw uses, None for a silent party.

    Raises
    ------
    WrongStateError
        If the draw has a ceremony that has not come to this number.
    """
    ceremony = rows.of_round(draw.round_id)
    if ceremony is not None and ceremony.number != number:
        raise WrongStateError(BY_CEREMONY)
    known = rows.secrets_of(draw.round_id, draw.secret)
    return [bytes.fromhex(secret) if secret else None for secret in known]


def locked(session: Session, round_id: int) -> Stored:
    """Fetch the newest ceremony of a round that nobody else may change meanwhile.

    Raises
    ------
    WrongStateError
        If the round is drawn already, or not planned yet.
    NotFoundError
        If its draw has no ceremony.
    """
    found: Round = rounds.locked_round(session, round_id)
    if found.state is not RoundState.FRAMED:
        raise WrongStateError()
    query = select(Ceremony).where(Ceremony.round_id == round_id)
    newest = query.order_by(Ceremony.attempt.desc()).limit(1)
    ceremony = session.scalar(newest.execution_options(populate_existing=True))
    if ceremony is None:
        raise NotFoundError()
    own = select(CeremonyParty).where(CeremonyParty.ceremony_id == ceremony.id)
    ordered = own.order_by(CeremonyParty.place).execution_options(populate_existing=True)
    return ceremony, list(session.scalars(ordered))


def draw_of(session: Session, round_id: int) -> FrameDraw:
    """Fetch the draw that a ceremony is held for."""
    return session.scalars(select(FrameDraw).where(FrameDraw.round_id == round_id)).one()


def _held(session: Session, ceremony: Ceremony, parties: list[CeremonyParty]) -> Held:
    """Hand what is stored to the pure rules; the office's secret is there from the start."""
    told = tuple(Party(party.name, party.commitment) for party in parties)
    time = ceremony.opened_at.isoformat(timespec="seconds")
    agreed = Commitment(told, ceremony.absent, ceremony.source, time)
    known = {party.name: bytes.fromhex(party.secret) for party in parties if party.secret}
    own = bytes.fromhex(draw_of(session, ceremony.round_id).secret)
    return Held(agreed, {parties[rows.OFFICE].name: own, **known}, ceremony.number)


def _check_in_time(ceremony: Ceremony) -> None:
    """Refuse a secret whose holder might have seen the number."""
    out = ceremony.number_at is not None and clock.now() >= ceremony.number_at
    if ceremony.state is not CeremonyState.REVEALING or out:
        raise WrongStateError(TOO_LATE)


def _number(ceremony: Ceremony, text: str) -> str:
    """Write the number as it enters the seed."""
    digits = "".join(text.split())
    if ceremony.number_kind is NumberKind.LOTTERY:
        number = seeding.tidy(text)
        if not number or len(number) > LONGEST_NUMBER:
            raise InvalidInputError(faults=[FieldFault("number", NUMBER)])
        return number
    try:
        return dice_number([int(digit) if digit in "0123456789" else -1 for digit in digits])
    except DrawError as error:
        raise InvalidInputError(faults=[FieldFault("number", DICE)]) from error


BAD_SECRET = N_("A secret has 64 hexadecimal digits, or sixteen words of five letters.")
WRONG = N_(
    "This is not the secret to which %(party)s committed: nothing was taken. Check each sign."
)
REFUSED = {"bad_secret": BAD_SECRET, "wrong_secret": WRONG, "too_late": WRONG}
TOO_LATE = N_("Secrets are not taken any more: whoever knows the number could choose.")
TOO_SOON = N_("The number cannot be out yet: wait for the moment that was announced.")
CHANGED = N_("Somebody has revealed meanwhile: look at the list again.")
NUMBER = N_("Enter the public number as its source printed it.")
DICE = N_("Enter the twenty dice in the order in which they were read out: 20 digits from 0 to 9.")
BY_CEREMONY = N_("This draw has a ceremony: the number is entered there, when it is due.")
