"""What may be chosen for a proof, read from the environment."""

import os

DATABASES = ("sqlite", "postgresql")


def databases() -> tuple[str, ...]:
    """Databases to run on: DATABASE=sqlite, postgresql, or both as when left out."""
    chosen = os.environ.get("DATABASE", "both")
    if chosen == "both":
        return DATABASES
    if chosen not in DATABASES:
        raise SystemExit("DATABASE must be sqlite, postgresql or both")
    return (chosen,)


def number(quick: bool, short: int, full: int, name: str = "N") -> int:
    """How many: what the environment says, else the short or the full number."""
    return int(os.environ.get(name, short if quick else full))
