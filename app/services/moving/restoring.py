"""From a backup to a working installation, telling all that could not come back."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.extensions import db
from app.models import Account, Answer, Contact, Job, OfficeSetting, Round
from app.queries import boxes, results
from app.queries.boxes import Tally
from app.services import mixing, recording
from app.services.jobs import ALIVE, UPLOAD
from app.services.moving import backing_up, importing, losses
from app.services.moving.backing_up import Backup
from app.services.moving.encrypting import Lock
from app.services.moving.losses import LostBoxes
from app.services.recording import SYSTEM
from app.texts import N_
from app.vocabulary import JobState, RoundState


@dataclass(frozen=True)
class RoundAccount:
    """Where the answers of a round are."""

    id: int
    name: str
    tally: Tally


@dataclass(frozen=True)
class Present:
    """What would be thrown away."""

    rounds: int
    answers: int


@dataclass(frozen=True)
class Restored:
    """What came back and what did not.

    Attributes
    ----------
    contacts, second_factors
        Phone numbers and people's second factors that nobody can read under the present secret.
    """

    backup: Backup
    same_secret: bool
    rounds: tuple[RoundAccount, ...]
    lost: tuple[LostBoxes, ...]
    jobs_put_back: int
    jobs_failed: int
    contacts: int
    second_factors: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every accepted answer is accounted for."""
        return all(found.tally.difference == 0 for found in self.rounds)


@dataclass
class Jobs:
    """What became of work that was under way."""

    put_back: int = 0
    failed: int = 0


def present() -> Present:
    """Count what the database holds now."""
    rounds = db.session.scalar(select(func.count()).select_from(Round)) or 0
    answers = db.session.scalar(select(func.count()).select_from(Answer)) or 0
    return Present(rounds, answers)


def restore(path: Path, lock: Lock, *, replace: bool = False) -> Restored:
    """Restore a backup in one transaction, then let open rounds go on.

    Nobody is signed in afterwards. The site should stand still meanwhile.

    Raises
    ------
    NotEmptyError
        If there is data, and `replace` was not asked for.
    WrongKeyError, DamagedError, OtherRevisionError, NotMigratedError, UnsuitableError
        If the backup cannot be used; then nothing was changed.
    """
    backup = backing_up.inspect(path, lock)
    losses.check_keys_are_here(db.session())
    before = results.log_head() if replace else None
    db.session.rollback()
    jobs = Jobs()

    def finish(session: Session) -> None:
        put_back(session, jobs)
        told = {"made_at": backup.made_at.isoformat(), "at": clock.now().isoformat()}
        session.merge(OfficeSetting(name=losses.RESTORED, value=told))
        # Whoever kept a mark of the log that went can see here that it went.
        gone = {"replaced_seq": before.seq, "replaced_head": before.hash} if before else {}
        recording.record(
            session,
            SYSTEM,
            "installation.restored",
            "installation",
            digest=backup.manifest.digest,
            made_at=backup.made_at.isoformat(timespec="seconds"),
            **gone,
        )

    importing.import_archive(
        lambda: backing_up.archive_in(path, lock), replace=replace, finish=finish
    )
    mixing.wipe_wal()
    found = tuple(lost for account in accounts() for lost in losses.lost(account.id))
    renew_keys()
    return Restored(
        backup,
        backup.same_secret,
        accounts(),
        found,
        jobs.put_back,
        jobs.failed,
        *unreadable(backup),
    )


def put_back(session: Session, jobs: Jobs) -> None:
    """Queue work again that was under way; end it visibly where its file did not come along."""
    for job in session.scalars(select(Job).where(Job.state.in_(ALIVE)).order_by(Job.id)):
        job.lease_holder, job.lease_until = "", None
        if UPLOAD in job.arguments:
            job.state, job.finished_at = JobState.FAILED, clock.now()
            job.message = N_("The installation was restored; the file of this work is gone.")
            jobs.failed += 1
        elif job.state is JobState.RUNNING:
            job.state, job.started_at = JobState.QUEUED, None
            jobs.put_back += 1


def accounts() -> tuple[RoundAccount, ...]:
    """Count for each round where its answers are."""
    rounds = db.session.execute(select(Round.id, Round.name).order_by(Round.id)).all()
    tallies = [(row, boxes.tally(row.id)) for row in rounds]
    return tuple(RoundAccount(row.id, row.name, tally) for row, tally in tallies if tally)


def renew_keys() -> None:
    """Give open rounds keys that are here, so that answers to come can be opened."""
    query = select(Round.id).where(Round.state == RoundState.OPEN).order_by(Round.id)
    for round_id in list(db.session.scalars(query)):
        mixing.replace_lost_keys(round_id)


def unreadable(backup: Backup) -> tuple[int, tuple[str, ...]]:
    """Count phone numbers, and list people's second factors, that another secret closed."""
    if backup.same_secret:
        return 0, ()
    sealed = select(func.count()).select_from(Contact).where(Contact.phone_sealed.is_not(None))
    people = select(Account.email).where(Account.totp_sealed.is_not(None)).order_by(Account.email)
    return db.session.scalar(sealed) or 0, tuple(db.session.scalars(people))
