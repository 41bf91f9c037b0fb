"""What comes of a multistage draw: final units, their probabilities and their design."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sampling.design import Design, Lonely, multistage
from sampling.unequal.chances import SETTLED, Bools, Floats

Places = NDArray[np.intp]
Path = tuple[str, ...]

NONE = "-"


@dataclass(frozen=True, eq=False)
class Drawn:
    """The units drawn at one stage.

    Attributes
    ----------
    path : tuple of tuple of str, length m
        Names of the clusters from the first stage on, then of the unit.
    row : ndarray of int, shape (m,)
        Row of each in the frame of its stage, the first one where it has several.
    parent : ndarray of int, shape (m,)
        Place of its cluster among the units drawn at the stage before; 0 at the first.
    stratum : ndarray of str, shape (m,)
        Stratum within that cluster; "" without strata.
    conditional, overall : ndarray of float, shape (m,)
        Probability given the stages before, and of all stages together.
    population : ndarray of int, shape (m,)
        Units on the list that it was drawn from.
    equal : ndarray of bool, shape (m,)
        Whether all units of that list had the same probability.
    """

    path: tuple[Path, ...]
    row: Places
    parent: Places
    stratum: NDArray[np.str_]
    conditional: Floats
    overall: Floats
    population: Places
    equal: Bools

    @classmethod
    def joined(cls, parts: "Sequence[Drawn]") -> "Drawn":
        """Put the units of several lists together."""
        columns = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(cls)
            if field.name != "path"
        }
        return cls(path=tuple(one for part in parts for one in part.path), **columns)

    @property
    def certain(self) -> Bools:
        """Units that could not be left out."""
        return np.asarray(self.conditional >= 1 - SETTLED)

    @property
    def replaced(self) -> Bools:
        """Units whose list is treated as drawn with replacement: of unequal probabilities."""
        return np.asarray(~self.equal & ~self.certain)


@dataclass(frozen=True, eq=False)
class MultistageSample:
    """A sample of one to three stages; its rows are the final units.

    Attributes
    ----------
    stages : tuple of Drawn
        From the first stage to the last.
    """

    stages: tuple[Drawn, ...]

    @property
    def row(self) -> Places:
        """Row of each final unit in the last frame, shape (m,)."""
        return self.stages[-1].row

    @property
    def overall(self) -> Floats:
        """Inclusion probability of each final unit, shape (m,)."""
        return self.stages[-1].overall

    @property
    def weight(self) -> Floats:
        """Final units of the population that each one stands for, shape (m,)."""
        return np.asarray(1 / self.overall)

    def places(self) -> list[Places]:
        """For each stage, where each final unit's cluster stands among those drawn."""
        found = [np.arange(self.row.size)]
        for stage in reversed(self.stages[1:]):
            found.insert(0, stage.parent[found[0]])
        return found

    def columns(self, without_limit: float = np.inf) -> dict[str, NDArray[np.generic]]:
        """Columns for the final units: everything that weights and estimates need.

        Parameters
        ----------
        without_limit : float
            What fpc holds where clusters are treated as drawn with replacement. A file of text
            cannot hold infinity: give 1e308.

        Returns
        -------
        dict of str to ndarray, shape (m,)
            For each stage k: unit_k, its name; probability_k given the stages before;
            population_k, units on its list; stratum_k, cluster_k and fpc_k as an estimate takes
            them; then probability and weight.

        Notes
        -----
        Lists with equal probabilities keep their finite population correction. Where they are
        unequal, a certain unit is a stratum of its own that was taken whole, and its own parts
        vary; the others are treated as drawn with replacement, which errs on the safe side. The
        variation between them holds all that comes of later stages, so these have a single
        cluster there that was taken whole.
        """
        found: dict[str, NDArray[np.generic]] = {}
        replaced = np.zeros(self.row.size, dtype=np.bool_)
        for number, (stage, at) in enumerate(zip(self.stages, self.places(), strict=True), start=1):
            unit = np.array([path[-1] for path in stage.path])
            alone = stage.certain & ~stage.equal
            stratum = np.where(alone, joined(stage.stratum, unit), stage.stratum)
            fpc = np.where(stage.replaced, without_limit, stage.population)
            fpc = np.where(alone, 1.0, fpc)
            found[f"unit_{number}"] = unit[at]
            found[f"probability_{number}"] = stage.conditional[at]
            found[f"population_{number}"] = stage.population[at]
            found[f"stratum_{number}"] = labelled(stratum[at], replaced)
            found[f"cluster_{number}"] = labelled(unit[at], replaced)
            found[f"fpc_{number}"] = np.where(replaced, 1.0, fpc[at])
            replaced = replaced | stage.replaced[at]
        return {**found, "probability": self.overall, "weight": self.weight}

    def design(self, lonely: Lonely = Lonely.ERROR) -> Design:
        """Make the design that estimates take, as if everybody had answered.

        Parameters
        ----------
        lonely : Lonely
            What is done with strata of a single drawn cluster.

        Returns
        -------
        Design
            Of the final units, in their order. See `columns` for how stages enter.
        """
        columns = self.columns()
        parts = [
            [columns[f"{name}_{number}"] for number in range(1, len(self.stages) + 1)]
            for name in ("stratum", "cluster", "fpc")
        ]
        return multistage(self.weight, *parts, lonely=lonely)

    def specification(self) -> dict[str, object]:
        """The `design` part of a SPEC.yaml for a file that holds `columns`."""
        numbers = range(1, len(self.stages) + 1)
        return {
            "weights": "weight",
            "strata": [f"stratum_{number}" for number in numbers],
            "clusters": [f"cluster_{number}" for number in numbers],
            "fpc": [f"fpc_{number}" for number in numbers],
            "nest": False,
        }


def joined(stratum: NDArray[np.str_], unit: NDArray[np.str_]) -> NDArray[np.str_]:
    """Name the stratum of a unit that is certain."""
    pairs = zip(stratum.tolist(), unit.tolist(), strict=True)
    return np.array([f"{one}/{other}" for one, other in pairs])


def labelled(names: NDArray[np.str_], hidden: Bools) -> NDArray[np.str_]:
    """Put a dash where there is no name, for an empty cell would be a missing one."""
    return np.where(hidden | (names == ""), NONE, names)
