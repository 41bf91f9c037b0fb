"""A round with drawn and undrawn dossiers, other software with a key, and its calls."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Claim, CredentialCount, Dossier, Frame, Token
from app.services import api_keys, opening
from app.services.recording import SYSTEM
from app.vocabulary import Door, FrameState
from tests.app.round_factory import MadeRound, make_round

PLACE = "/api/v1/credentials"
DRAWN, UNDRAWN, UNLISTED = "H19-TB/land-00000", "H19-TB-XYZ-1", "H19-NEW-1"


@dataclass
class World:
    """A round, and a caller with a key."""

    made: MadeRound
    client: FlaskClient
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, dossier_code: str = DRAWN, *, status: int = 201, **more: Any) -> dict[str, Any]:
        """Ask for a code."""
        reply = self.post(PLACE, request(dossier_code, **more))
        assert reply.status_code == status, reply.text
        found: dict[str, Any] = reply.json
        return found

    def post(self, place: str, content: Any, **headers: str) -> Any:
        """Send a call."""
        return self.client.post(
            place,
            data=json.dumps(content),
            content_type="application/json",
            headers={**self.signed, **headers},
        )

    @property
    def signed(self) -> dict[str, str]:
        """The headers of a call."""
        return {"Authorization": f"Bearer {self.key}", **self.headers}


def request(dossier_code: str = DRAWN, **more: Any) -> dict[str, Any]:
    """What a call says unless told otherwise."""
    return {
        "dossier_code": dossier_code,
        "receiving_unit": "TB",
        "event": "handed_over",
        "counter": "Quầy 1",
        **more,
    }


def world(client: FlaskClient, *, drawn: int = 2, opened: bool = True, unit: str = "") -> World:
    """Make the world; with a unit the key is for that alone."""
    made = make_round({"TB": {"land": drawn}, "LT": {"land": drawn}})
    add_dossier(made, UNDRAWN)
    if opened:
        opening.open_round(SYSTEM, made.id)
    key = api_keys.make(SYSTEM, "Một cửa điện tử", made.units[unit] if unit else None).key
    return World(made, client, key)


def add_dossier(made: MadeRound, code: str, unit: str = "TB", **more: Any) -> int:
    """Put a dossier that was not drawn on the list."""
    with writing() as session:
        frame = session.scalars(
            select(Frame.id).where(Frame.round_id == made.id, Frame.state == FrameState.CURRENT)
        ).one()
        dossier = Dossier(
            frame_id=frame,
            code=code,
            unit_id=made.units[unit],
            **{"received": date(2026, 1, 5), **more},
        )
        session.add(dossier)
        session.flush()
        return dossier.id


def token_of(answer: dict[str, Any]) -> str:
    """What a link ends in."""
    return str(answer["url"]).rsplit("/", 1)[1]


def kept(model: type[Token] | type[Claim] = Token, door: Door = Door.SLIP) -> int:
    """How many hashes are stored for a door."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(model.door == door)) or 0


def counts() -> dict[str, tuple[int, int]]:
    """Issued and reissued by counter."""
    db.session.rollback()
    rows = db.session.execute(
        select(CredentialCount.counter_code, CredentialCount.issued, CredentialCount.reissued)
    )
    return {row[0]: (row[1], row[2]) for row in rows}
