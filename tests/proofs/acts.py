"""Acts that must happen as a whole or not at all, each with what tells one from the other."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask_migrate import upgrade
from sqlalchemy import func, inspect, select, text, update

from app.database import writing
from app.extensions import db
from app.models import (
    Ballot,
    Box,
    Contact,
    Cycle,
    Dossier,
    Frame,
    IndexResult,
    LogEntry,
    MixingKey,
    Round,
    Token,
)
from app.services import framing, mixing, opening, publishing, responding
from app.services.recording import SYSTEM
from app.vocabulary import FrameState
from surveys.links import new_token, receipt, token_hash
from tests.app import round_factory, round_steps
from tests.app.index_factory import approved, merged, people

K = 5
NONCE = new_token()
Seen = Hashable


@dataclass(frozen=True)
class Act:
    """Something that people or the clock do.

    Attributes
    ----------
    prepare : callable
        Fills an empty, migrated installation; gives what `do` does, to be called repeatedly.
    seen : callable
        What can be seen of it: the same before any and after every complete doing.
    in_steps : bool
        Of several transactions on purpose; each of them is a state that may be.
    answers : bool
        Whether its answers have to add up, and to have their keys.
    """

    name: str
    prepare: Callable[[], Callable[[], None]]
    seen: Callable[[], Seen]
    in_steps: bool = False
    answers: bool = False


def rows() -> Seen:
    """Count the rows of every table, and what their states are."""
    states = tuple(
        tuple(db.session.execute(query.order_by(*query.selected_columns)).all())
        for query in (
            select(Round.id, Round.state),
            select(Frame.id, Frame.state),
            select(Cycle.id, Cycle.state),
            select(IndexResult.id, IndexResult.published_by),
            select(func.count(Ballot.id)).where(Ballot.spent),
            select(func.count(MixingKey.id)).where(MixingKey.retired),
        )
    )
    counts = tuple(
        (name, db.session.scalar(select(func.count()).select_from(table)))
        for name, table in sorted(db.metadata.tables.items())
    )
    return states, counts


def current_lists() -> Seen:
    """Count what belongs to lists that count; a staged or given up list is nobody's."""
    current = Frame.state == FrameState.CURRENT
    dossiers = select(func.count(Dossier.id)).join(Frame).where(current)
    contacts = select(func.count(Contact.dossier_id)).join(Dossier).join(Frame).where(current)
    return (
        db.session.scalar(select(func.count(Frame.id)).where(current)),
        db.session.scalar(dossiers),
        db.session.scalar(contacts),
        db.session.scalar(
            select(func.count(LogEntry.seq)).where(LogEntry.body.contains('"act":"frame.'))
        ),
        tuple(db.session.execute(select(Round.id, Round.state)).all()),
    )


def tables() -> Seen:
    """Describe the tables and name the version."""
    connection = db.session.connection()
    found = inspect(connection)
    names = sorted(found.get_table_names())
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    described = tuple(
        (
            name,
            tuple((column["name"], str(column["type"])) for column in found.get_columns(name)),
            tuple(sorted(str(index["name"]) for index in found.get_indexes(name))),
        )
        for name in names
    )
    return tuple(version), described


def submission() -> Callable[[], None]:
    token = round_factory.one_cell(2, K)[1][0]

    def submit() -> None:
        outcome = responding.submit(token, round_factory.filled(), NONCE)
        assert outcome.receipt == receipt(NONCE)
        assert db.session.scalar(select(func.count(Box.id))) == 1, "thanked for nothing"

    return submit


def careless_submission() -> Callable[[], None]:
    """Spend in one transaction and store in another: the control arm."""
    token = round_factory.one_cell(2, K)[1][0]

    def submit() -> None:
        with writing() as session:
            hashed = select(Token.ballot_id).where(Token.hash == token_hash(token))
            ballot_id = session.scalars(hashed).one()
            session.execute(update(Ballot).where(Ballot.id == ballot_id).values(spent=True))
        with writing() as session:
            ballot = session.get_one(Ballot, ballot_id)
            key = session.scalars(select(MixingKey.id)).one()
            box = {"round_id": ballot.round_id, "cell_id": ballot.cell_id, "key_id": key}
            session.merge(Box(id="0" * 32, ciphertext=b"", **box))

    return submit


def mixing_batch() -> Callable[[], None]:
    made, tokens = round_factory.one_cell(2 * K, K)
    round_factory.answer_all(tokens)
    return lambda: void(mixing.mix_round(made.id))


def closing() -> Callable[[], None]:
    layout = {"TB": {"land": K + 1, "health": K + 1}, "TD": {"land": 2, "health": K - 2}}
    made, tokens = round_factory.open_and_hand_out(layout, k=K)
    for several in tokens.values():
        round_factory.answer_all(several)
    return lambda: void(mixing.close_round(SYSTEM, made.id))


def list_import() -> Callable[[], None]:
    round_steps.add_units("K1", "K2")
    content = round_steps.listing({"K1": 7, "K2": 5})
    round_id = round_steps.planned()
    return lambda: void(round_steps.take(round_id, content))


def clear_lists() -> None:
    """Let the clock tidy up after an import."""
    framing.drop_abandoned()


def opening_round() -> Callable[[], None]:
    made = round_factory.make_round({"TB": {"land": 3, "health": 3}}, k=K)
    return lambda: void(opening.open_round(SYSTEM, made.id))


def publication() -> Callable[[], None]:
    crew = people()
    result = merged(crew.merger).head.id
    approved(crew, result)
    return lambda: publishing.publish(crew.merger, result)


def void(_result: object) -> None:
    """Drop a result."""


SUBMISSION = Act("submission", submission, rows, answers=True)
CARELESS = Act("careless submission", careless_submission, rows)
ACTS = (
    SUBMISSION,
    Act("mixing batch", mixing_batch, rows, answers=True),
    Act("closing", closing, rows, in_steps=True, answers=True),
    Act("opening of a round", opening_round, rows, answers=True),
    Act("list import", list_import, current_lists),
    Act("publication of an index", publication, rows),
)


def migration(start: str) -> Act:
    """Upgrade from a version to the newest."""

    def prepare() -> Callable[[], None]:
        upgrade(revision=start)
        return lambda: void(upgrade())

    return Act(f"migration from {start}", prepare, tables)
