"""Frames of dossiers and volunteers from them, for tests."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

Floats = np.ndarray[Any, np.dtype[np.float64]]
Columns = dict[str, np.ndarray[Any, np.dtype[Any]]]


@dataclass(frozen=True)
class Town:
    """A frame whose answers are known, and who volunteered."""

    frame: Columns
    answer: Floats
    chance: Floats
    volunteered: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def volunteers(self) -> Columns:
        return {name: column[self.volunteered] for name, column in self.frame.items()}

    @property
    def told(self) -> Floats:
        return self.answer[self.volunteered]


def town(seed: int, people: int = 3000, *, base: float = -1.5) -> Town:
    draw = np.random.default_rng(seed)
    service = draw.choice(["civil", "land", "trade"], size=people, p=[0.5, 0.3, 0.2])
    overdue = draw.choice([0.0, 1.0], size=people)
    days = np.round(draw.exponential(10, size=people), 1)
    chance = expit(base + 0.8 * (service == "land") + 0.4 * overdue - 0.02 * days)
    answer = 70 - 10 * (service == "land") - 8 * overdue + draw.normal(0, 5, size=people)
    frame = {"service": service, "overdue": overdue, "days": days}
    return Town(frame, answer, chance, draw.uniform(size=people) < chance)
