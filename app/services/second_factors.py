"""The second factor: codes of an authenticator, and recovery codes for when it is lost.

A code works once: the time step of the last one is stored, and only a later one counts. The
shared secret lies sealed, bound to its account; recovery codes lie as keyed hashes.
"""

import hmac
import secrets as random
from collections.abc import Sequence
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Account, RecoveryCode
from app.queries.people import Person
from app.services import passwords, recording, second_factor_duty, secrets, signing, throttling
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import Actor
from app.texts import N_

ISSUER = "Khao sat CCHC"
STEP_SECONDS = 30
EITHER_SIDE = 1  # clocks differ: the step before and the step after count too
RECOVERY_CODES = 10
# Without letters that look like digits (Crockford); 16 of them are 80 random bits.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROUPS, GROUP = 4, 4
WRONG_CODE = N_("The code is wrong or was used already: enter the one that is shown now.")


def begin(account_id: int) -> None:
    """Make a secret to be scanned; it counts once a code of it was entered.

    Raises
    ------
    WrongStateError
        If a second factor is on.
    """
    with writing() as session:
        account = _locked(session, account_id)
        if account.totp_confirmed:
            raise WrongStateError(N_("The second factor is on: turn it off first."))
        account.totp_sealed = secrets.seal(_purpose(account_id), pyotp.random_base32(32).encode())
        account.totp_step = 0


def unconfirmed_secret(account_id: int) -> str | None:
    """Return the secret that waits for its first code; a confirmed one is never shown again."""
    account = db.session.get(Account, account_id, populate_existing=True)
    return _secret(account) if account and not account.totp_confirmed else None


def address(person: Person, secret: str) -> str:
    """Return what the QR code of a secret holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER)


def confirm(person: Person, code: str, token: str) -> list[str]:
    """Turn the second factor on by its first code; other sessions of the person end.

    Parameters
    ----------
    token : str
        The session that goes on.

    Returns
    -------
    list of str
        Recovery codes, to be shown this once.

    Raises
    ------
    InvalidInputError
        If the code is wrong.
    """
    tried = throttling.code(person.id)
    throttling.take(tried)
    with writing() as session:
        account = _locked(session, person.id)
        if account.totp_confirmed:
            raise WrongStateError(N_("The second factor is on: turn it off first."))
        if not _spend_step(session, account, code):
            raise InvalidInputError(WRONG_CODE)
        account.totp_confirmed = True
        codes = _replace_codes(session, person.id)
        signing.end_all(session, person.id, but=token)
        _record(session, person.id, "account.second_factor_on")
    throttling.settle(forget=[tried])
    return codes


def right(account_id: int, code: str) -> bool:
    """Whether a code of the authenticator or a recovery code is right; it is spent then.

    Raises
    ------
    TooManyAttemptsError
        After too many wrong ones.
    """
    tried = throttling.code(account_id)
    throttling.take(tried)
    with writing() as session:
        account = _locked(session, account_id)
        accepted = bool(account.active and account.totp_confirmed) and (
            _spend_step(session, account, code) or _spend_recovery(session, account_id, code)
        )
    if accepted:
        throttling.settle(forget=[tried])
    return accepted


def new_recovery_codes(account_id: int) -> list[str]:
    """Replace the recovery codes; those before stop working."""
    with writing() as session:
        if not _locked(session, account_id).totp_confirmed:
            raise WrongStateError(N_("Turn the second factor on first."))
        codes = _replace_codes(session, account_id)
        _record(session, account_id, "account.recovery_codes_made")
    return codes


def turn_off(person: Person, password: str, ip: str = "") -> None:
    """Turn one's own second factor off; it takes the password, long enough to stand alone.

    Raises
    ------
    InvalidInputError
        If the password is wrong, or too short without a second factor.
    WrongStateError
        If the office requires it of the person's roles.
    """
    if second_factor_duty.required_of(person):
        raise WrongStateError(N_("The office requires a second factor of your roles."))
    if signing.check(person.email, password, ip) is None:
        raise InvalidInputError(N_("The present password is wrong."))
    if len(passwords.composed(password)) < passwords.SHORTEST:
        raise InvalidInputError(
            N_("Without a second factor the password needs 15 characters: change it first.")
        )
    with writing() as session:
        remove(session, _locked(session, person.id))
        _record(session, person.id, "account.second_factor_off")


def remove(session: Session, account: Account) -> None:
    """Forget a second factor in the caller's transaction."""
    account.totp_sealed, account.totp_confirmed, account.totp_step = None, False, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _purpose(account_id: int) -> str:
    return f"totp:{account_id}"


def _secret(account: Account) -> str | None:
    if account.totp_sealed is None:
        return None
    try:
        return secrets.unseal(_purpose(account.id), account.totp_sealed).decode()
    except InvalidTag:  # sealed under another secret of the installation
        return None


def _spend_step(session: Session, account: Account, code: str) -> bool:
    """Find the time step that a code belongs to, and take it if it is later than the last."""
    secret = _secret(account)
    step = step_of(secret, code, clock.now()) if secret else None
    if step is None:
        return False
    return _changed(session, account.id, Account.totp_step < step, totp_step=step)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step of a code, if it is that of now or a neighbour's."""
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    steps = range(present - EITHER_SIDE, present + EITHER_SIDE + 1)
    totp = pyotp.TOTP(secret)
    found = [
        step
        for step in steps
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]
    return found[-1] if found else None


def _changed(
    session: Session, account_id: int, still: ColumnElement[bool], **values: object
) -> bool:
    done = update(Account).where(Account.id == account_id, still).values(**values)
    return bool(session.scalars(done.returning(Account.id)).all())


def _spend_recovery(session: Session, account_id: int, code: str) -> bool:
    spent = session.scalars(
        update(RecoveryCode)
        .where(RecoveryCode.hash == _code_hash(account_id, code))
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.account_id)
    ).all()
    if spent:
        _record(session, account_id, "account.recovery_code_used")
    return bool(spent)


def _replace_codes(session: Session, account_id: int) -> list[str]:
    codes = [_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(
        RecoveryCode(hash=_code_hash(account_id, code), account_id=account_id) for code in codes
    )
    return codes


def _code() -> str:
    groups: Sequence[str] = [
        "".join(random.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)
    ]
    return "-".join(groups)


def _code_hash(account_id: int, code: str) -> bytes:
    """Hash a recovery code as people may type it: other case, other dashes, o for 0, l for 1."""
    typed = "".join(c for c in code.casefold() if c.isalnum())
    typed = typed.replace("o", "0").replace("i", "1").replace("l", "1")
    key = secrets.purpose_key("recovery-code")
    return hmac.digest(key, f"{account_id}:{typed}".encode(), "sha256")


def _locked(session: Session, account_id: int) -> Account:
    return session.get_one(Account, account_id, with_for_update=True, populate_existing=True)


def _record(session: Session, account_id: int, act: str) -> None:
    recording.record(session, Actor(account_id, ""), act, f"account:{account_id}")
