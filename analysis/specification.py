"""SPEC.yaml: what to estimate from a table of answers, and how the answers were drawn."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import yaml

from analysis.conditions import parsed
from analysis.errors import FAULT_MESSAGES, ConditionError
from sampling.errors import Fault, SamplingError, Texts

STATISTICS = ("mean", "total")
LATER_STATISTICS = ("ratio", "proportion", "quantile")
SPEC_KEYS = ("design", "missing", "estimates")
DESIGN_KEYS = ("weights", "strata", "clusters", "fpc", "nest", "lonely")
ESTIMATE_KEYS = ("name", "stat", "of", "over", "where", "interval", "level")
LATER_KEYS = ("calibration",)


class StrictLoader(yaml.SafeLoader):
    """The safe loader, which would let a second entry of the same name replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose names are all different."""
        names = set()
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value in names:
                raise yaml.constructor.ConstructorError(
                    None, None, "a name is used twice", name.start_mark
                )
            if isinstance(name, yaml.ScalarNode):
                names.add(name.value)
        return super().construct_mapping(node, deep=deep)


class SpecificationFault(Fault):
    """A fault of a specification, or of data in the light of one."""

    texts: ClassVar[Texts] = MappingProxyType({**Fault.texts, **FAULT_MESSAGES})

    def message(self, locale: str) -> str:
        """As `Fault.message`; an error that the fault quotes speaks the same language."""
        reason = self.params.get("reason")
        if isinstance(reason, SamplingError):
            return self.texts[self.code][locale].format(reason=reason.message(locale))
        return super().message(locale)


@dataclass(frozen=True)
class DesignColumns:
    """Columns of the data that describe the design; None where the design has no such thing."""

    weights: str
    stratum: str | None = None
    cluster: str | None = None
    population: str | None = None
    nest: bool = False

    def names(self) -> tuple[str, ...]:
        """All columns that are used."""
        columns = (self.weights, self.stratum, self.cluster, self.population)
        return tuple(name for name in columns if name)


@dataclass(frozen=True)
class Request:
    """One estimate asked for: a statistic of some variables, over the crossing of some columns."""

    name: str
    stat: str
    of: tuple[str, ...]
    over: tuple[str, ...] = ()
    where: str | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Specification:
    """A whole SPEC.yaml; `drop_missing` lets rows without an answer be left out."""

    design: DesignColumns
    requests: tuple[Request, ...]
    drop_missing: bool = False


def read_specification(content: bytes) -> tuple[Specification | None, tuple[Fault, ...]]:
    """Read a specification and list every fault it has.

    Parameters
    ----------
    content : bytes
        YAML in UTF-8: ``design``, ``missing`` (error or drop) and ``estimates``.

    Returns
    -------
    specification : Specification or None
        None when there are faults.
    faults : tuple of Fault
        Each names the place as a path, such as ``estimates[0].stat``. What the format knows but
        this program cannot do yet is a fault that says so.
    """
    try:
        document = yaml.load(content, Loader=StrictLoader)  # noqa: S506  (a SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        return None, (SpecificationFault(row, "", "", "broken_yaml"),)
    reader = Reader()
    specification = reader.specification(document)
    return (None if reader.faults else specification), tuple(reader.faults)


@dataclass
class Reader:
    """A specification being read: takes what is right and notes what is not."""

    faults: list[Fault] = field(default_factory=list)

    def blame(self, path: str, value: object, code: str, **params: Any) -> None:
        """Note a fault of one place."""
        shown = "" if value is None else str(value)
        self.faults.append(SpecificationFault(None, path, shown, code, params))

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
        return Specification(design, requests, drop_missing=missing == "drop")

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
        if "lonely" in given:
            self.choice("design.lonely", given["lonely"], ("error",), LATER_LONELY)
        return DesignColumns(
            weights=self.text("design.weights", weights),
            stratum=self.only_stage("design.strata", given.get("strata")),
            cluster=self.only_stage("design.clusters", given.get("clusters")),
            population=self.only_stage("design.fpc", given.get("fpc")),
            nest=nest is True,
        )

    def only_stage(self, path: str, value: object) -> str | None:
        """Read the column of the first stage; more stages are not supported yet."""
        names = self.texts(path, value)
        for at, name in enumerate(names[1:], start=1):
            self.blame(f"{path}[{at}]", name, "unsupported")
        return names[0] if names else None

    def request(self, path: str, item: object) -> Request:
        """Read one estimate."""
        given = self.mapping(path, item, ESTIMATE_KEYS)
        if given is None:
            return Request("", "", ())
        for key in ("name", "stat", "of"):
            if given.get(key) in (None, []):
                self.blame(f"{path}.{key}", None, "missing_key")
        if "interval" in given:
            self.choice(f"{path}.interval", given["interval"], ("t",), ("logit", "beta"))
        return Request(
            name=self.text(f"{path}.name", given.get("name")),
            stat=self.choice(f"{path}.stat", given.get("stat"), STATISTICS, LATER_STATISTICS),
            of=self.texts(f"{path}.of", given.get("of")),
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

    def level(self, path: str, value: object) -> float:
        """Read a level of confidence."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            self.blame(path, value, "bad_level")
            return 0.95
        return float(value)

    def mapping(self, path: str, value: object, keys: tuple[str, ...]) -> Mapping[str, Any] | None:
        """Read a mapping and name every key it should not have; None if it is none."""
        if not isinstance(value, dict):
            self.blame(path, value, "wrong_kind", expected="{…}")
            return None
        for key in value:
            place = f"{path}.{key}".lstrip(".")
            if key in LATER_KEYS and not path:
                self.blame(place, value[key], "unsupported")
            elif key not in keys:
                self.blame(place, key, "unknown_key", allowed=", ".join(keys))
        return value

    def choice(
        self, path: str, value: object, now: tuple[str, ...], later: tuple[str, ...] = ()
    ) -> str:
        """Read one of a few words; those that come later are told apart from unknown ones."""
        word = self.text(path, value)
        if word in later:
            self.blame(path, word, "unsupported")
        elif word and word not in now:
            self.blame(path, word, "unknown_word", allowed=", ".join(now))
        return word

    def texts(self, path: str, value: object) -> tuple[str, ...]:
        """Read a list of texts, or one text for a list of one."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(self.text(f"{path}[{at}]", item) for at, item in enumerate(items))

    def text(self, path: str, value: object) -> str:
        """Read a text."""
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.blame(path, value, "wrong_kind", expected="chữ / text")
            return ""
        return value.strip()


LATER_LONELY = ("remove", "adjust", "certainty", "average")
