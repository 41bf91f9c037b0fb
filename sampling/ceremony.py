"""The ceremony of several parties: everybody commits, everybody reveals, then the number is drawn.

Secrets are taken only before the public number is out. Whoever waited for the number could work
out both outcomes, with and without an own secret, and reveal or stay silent to taste.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sampling.draw_errors import DrawError
from sampling.draw_record import Commitment, Party
from sampling.seeding import commitment, seed_of, tidy

FEWEST_PARTIES = 3
DICE = 20
GO_ON, STOP = "go_on", "stop"
HEXADECIMAL = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Ceremony:
    """A ceremony on its way; every step gives another.

    Attributes
    ----------
    commitment : Commitment
        Who committed to what, what is done about a party that stays silent, and which public
        number will be used: all of it published before any secret is shown.
    secrets : mapping of str to bytes
        What has been revealed, by party.
    public_number : str
        "" until it is out.
    """

    commitment: Commitment
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    public_number: str = ""

    @classmethod
    def opened(
        cls, commitments: Mapping[str, str], source: str, time: str, absent: str = GO_ON
    ) -> "Ceremony":
        """Begin with everybody's commitment.

        Parameters
        ----------
        commitments : mapping of str to str
            Each party's `sampling.seeding.commitment` by its name, in the order of the seed.
        source, time : str
            Which public number will be used, and when this was published.
        absent : {"go_on", "stop"}
            Without the secret of a silent party the draw goes on with the others', the party
            being named; or there is no draw, and everybody begins anew in public.

        Raises
        ------
        DrawError
            With fewer than three parties, a commitment that is none or was handed in twice, or
            another rule.
        """
        parties = tuple(Party(tidy(name), hash_) for name, hash_ in commitments.items())
        if len({party.name for party in parties} - {""}) < max(FEWEST_PARTIES, len(parties)):
            raise DrawError("too_few_parties", least=FEWEST_PARTIES)
        hashes = [party.hash for party in parties]
        for party in parties:
            if not HEXADECIMAL.fullmatch(party.hash) or hashes.count(party.hash) > 1:
                raise DrawError("bad_commitment", party=party.name)
        if absent not in {GO_ON, STOP}:
            raise DrawError("bad_rule", allowed=f"{GO_ON}, {STOP}")
        return cls(Commitment(parties, absent, tidy(source), time))

    @property
    def silent(self) -> tuple[str, ...]:
        """Parties that have not revealed."""
        names = (party.name for party in self.commitment.parties)
        return tuple(name for name in names if name not in self.secrets)

    def revealed(self, name: str, secret: bytes) -> "Ceremony":
        """Take one party's secret; DrawError if it is not the one committed to, or too late."""
        if self.public_number:
            raise DrawError("too_late")
        promised = {party.name: party.hash for party in self.commitment.parties}
        if tidy(name) not in promised:
            raise DrawError("unknown_party", party=name)
        if commitment(secret, name) != promised[tidy(name)]:
            raise DrawError("wrong_secret", party=name)
        return replace(self, secrets={**self.secrets, tidy(name): secret})

    def with_number(self, public_number: str) -> "Ceremony":
        """End the revealing with the public number; DrawError if a silent party stops the draw."""
        if self.public_number:
            raise DrawError("too_late")
        if self.silent and self.commitment.absent == STOP:
            raise DrawError("not_revealed", parties=", ".join(self.silent))
        if not tidy(public_number):
            raise DrawError("no_number")
        return replace(self, public_number=tidy(public_number))

    def known(self) -> tuple[bytes | None, ...]:
        """Every party's secret in order, None for the silent."""
        return tuple(self.secrets.get(party.name) for party in self.commitment.parties)

    def seed(self, frame_hash: str) -> bytes:
        """Make the seed of a frozen frame; DrawError before the public number is out."""
        known = (secret for secret in self.known() if secret is not None)
        return seed_of(frame_hash, known, self.public_number)


def dice_number(rolls: Sequence[int]) -> str:
    """Write twenty ten-sided dice, in the order in which they were read out, as a public number.

    Raises
    ------
    DrawError
        If there are not twenty, or one does not show 0 to 9.

    Examples
    --------
    >>> dice_number([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4])
    '31415926535897932384'
    """
    if len(rolls) != DICE or any(roll not in range(10) for roll in rolls):
        raise DrawError("bad_dice", dice=DICE)
    return "".join(str(roll) for roll in rolls)
