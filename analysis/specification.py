"""SPEC.yaml: what to estimate from a table of answers, and how the answers were drawn."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from analysis.conditions import parsed
from analysis.errors import FAULT_MESSAGES, ConditionError
from sampling.design import Lonely
from sampling.errors import Fault, Texts
from sampling.yaml_reading import DocumentFault, Reader

STATISTICS = ("mean", "total", "ratio", "proportion", "quantile")
INTERVALS = ("t", "logit", "beta")
SPEC_KEYS = ("design", "calibration", "missing", "estimates")
DESIGN_KEYS = ("weights", "strata", "clusters", "fpc", "nest", "lonely")
ESTIMATE_KEYS = ("name", "stat", "of", "at", "over", "where", "interval", "level")


class SpecificationFault(DocumentFault):
    """A fault of a specification, or of data in the light of one."""

    texts: ClassVar[Texts] = MappingProxyType({**DocumentFault.texts, **FAULT_MESSAGES})


@dataclass(frozen=True)
class DesignColumns:
    """Columns of the data that describe the design, those of each stage from the first one on."""

    weights: str
    strata: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    nest: bool = False
    lonely: Lonely = Lonely.ERROR

    def names(self) -> tuple[str, ...]:
        """All columns that are used."""
        return self.weights, *self.strata, *self.clusters, *self.populations


@dataclass(frozen=True)
class Request:
    """One estimate asked for: a statistic of some variables, over the crossing of some columns.

    Attributes
    ----------
    of : tuple of str
        Columns; of a ratio the numerator and the denominator.
    at : tuple of float
        Which quantiles: shares between 0 and 1.
    """

    name: str
    stat: str
    of: tuple[str, ...]
    over: tuple[str, ...] = ()
    where: str | None = None
    level: float = 0.95
    at: tuple[float, ...] = ()
    interval: str = "t"


@dataclass(frozen=True)
class Specification:
    """A whole SPEC.yaml.

    Attributes
    ----------
    drop_missing : bool
        Whether rows without an answer are left out.
    calibration : str or None
        File of the recipe that makes the weights, beside the specification.
    """

    design: DesignColumns
    requests: tuple[Request, ...]
    drop_missing: bool = False
    calibration: str | None = None


def read_specification(content: bytes) -> tuple[Specification | None, tuple[Fault, ...]]:
    """Read a specification and list every fault it has.

    Parameters
    ----------
    content : bytes
        YAML in UTF-8: ``design``, ``calibration``, ``missing`` (error or drop), ``estimates``.

    Returns
    -------
    specification : Specification or None
        None when there are faults.
    faults : tuple of Fault
        Each names the place as a path, such as ``estimates[0].stat``.
    """
    reader = SpecificationReader(SpecificationFault)
    document = reader.document(content)
    specification = None if reader.faults else reader.specification(document)
    return (None if reader.faults else specification), tuple(reader.faults)


class SpecificationReader(Reader):
    """A specification being read."""

    def specification(self, document: object) -> Specification | None:
        """Read the whole document; None where it is no mapping."""
        top = self.mapping("", document, SPEC_KEYS)
        if top is None:
            return None
        design = self.design(top.get("design"))
        missing = self.choice("missing", top.get("missing", "error"), ("error", "drop"))
        items = top.get("estimates")
        if not isinstance(items, list) or not items:
            self.blame("estimates", items, "wrong_kind", expected="[…]")
            items = []
        requests = tuple(self.request(f"estimates[{at}]", item) for at, item in enumerate(items))
        calibration = self.text("calibration", top.get("calibration")) or None
        return Specification(design, requests, missing == "drop", calibration)

    def design(self, value: object) -> DesignColumns:
        """Read the columns of the design."""
        given = self.mapping("design", value, DESIGN_KEYS)
        if given is None:
            return DesignColumns("")
        weights = given.get("weights")
        if weights is None:
            self.blame("design.weights", None, "missing_key")
        nest = given.get("nest", False)
        if not isinstance(nest, bool):
            self.blame("design.nest", nest, "wrong_kind", expected="true, false")
        allowed = tuple(Lonely)
        lonely = self.choice("design.lonely", given.get("lonely", Lonely.ERROR.value), allowed)
        return DesignColumns(
            weights=self.text("design.weights", weights),
            strata=self.texts("design.strata", given.get("strata")),
            clusters=self.texts("design.clusters", given.get("clusters")),
            populations=self.texts("design.fpc", given.get("fpc")),
            nest=nest is True,
            lonely=Lonely(lonely) if lonely in allowed else Lonely.ERROR,
        )

    def request(self, path: str, item: object) -> Request:
        """Read one estimate."""
        given = self.mapping(path, item, ESTIMATE_KEYS)
        if given is None:
            return Request("", "", ())
        for key in ("name", "stat", "of"):
            if given.get(key) in (None, []):
                self.blame(f"{path}.{key}", None, "missing_key")
        stat = self.choice(f"{path}.stat", given.get("stat"), STATISTICS)
        of = self.texts(f"{path}.of", given.get("of"))
        if stat == "ratio" and len(of) != 2:
            self.blame(f"{path}.of", given.get("of"), "two_columns")
        return Request(
            name=self.text(f"{path}.name", given.get("name")),
            stat=stat,
            of=of,
            at=self.shares(path, stat, given.get("at")),
            interval=self.interval(path, stat, given.get("interval", "t")),
            over=self.texts(f"{path}.over", given.get("over")),
            where=self.condition(f"{path}.where", given.get("where")),
            level=self.level(f"{path}.level", given.get("level", 0.95)),
        )

    def condition(self, path: str, value: object) -> str | None:
        """Read a condition that can be parsed."""
        text = self.text(path, value)
        if not text:
            return None
        try:
            parsed(text)
        except ConditionError as error:
            self.blame(path, text, "reason", reason=error)
        return text

    def shares(self, path: str, stat: str, value: object) -> tuple[float, ...]:
        """Read which quantiles are wanted; the median when nothing is said."""
        if value is None:
            return (0.5,) if stat == "quantile" else ()
        if stat != "quantile":
            self.blame(f"{path}.at", value, "only_for", stat="quantile")
        items = value if isinstance(value, list) else [value]
        return tuple(self.level(f"{path}.at[{at}]", item) for at, item in enumerate(items))

    def interval(self, path: str, stat: str, value: object) -> str:
        """Read the kind of interval; those of proportions are for proportions alone."""
        word = self.choice(f"{path}.interval", value, INTERVALS)
        if word in INTERVALS[1:] and stat != "proportion":
            self.blame(f"{path}.interval", word, "only_for", stat="proportion")
        return word

    def level(self, path: str, value: object) -> float:
        """Read a level of confidence."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            self.blame(path, value, "bad_level")
            return 0.95
        return float(value)
