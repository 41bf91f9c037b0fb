"""The `fields` section of a criteria set."""

from dataclasses import dataclass, field
from fractions import Fraction

from analysis.scoring.node import Node
from analysis.scoring.rules.mixtures import Manual
from analysis.scoring.rules.reading import read_rule
from analysis.scoring.scheme import BONUS, MOST_POINTS, PENALTY, Criterion, Field, Source

CRITERION_KEYS = ("title", "source", "rule", "groups", "note")
RESULT_COLUMNS = frozenset(
    {"group", "rank", "unit", "total", "max_applicable", "percent", "band", ""}
)


@dataclass(frozen=True)
class Place:
    """A criterion's limits to groups, with the nodes that name them."""

    groups: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class StatedTotal:
    """What a field says its criteria add up to."""

    node: Node
    total: Fraction
    criteria: tuple[Criterion, ...]


@dataclass
class FieldReading:
    """What has been read so far: fields, claims to check, and where each code stands."""

    fields: tuple[Field, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    criteria: tuple[Place, ...] = ()
    field_paths: dict[str, str] = field(default_factory=dict)
    criterion_paths: dict[str, str] = field(default_factory=dict)


def read_fields(node: Node | None) -> FieldReading:
    """Read all fields, reporting codes that stand twice anywhere in the set."""
    reading = FieldReading()
    for item in node.filled_items() if node is not None else []:
        reading.fields += (read_field(item, reading),)
    return reading


def read_field(node: Node, reading: FieldReading) -> Field:
    """Read a field; its code becomes a column of the result."""
    children = node.mapping(("code", "criteria"), ("title", "max_points", "note"))
    code = read_code(children.get("code"), reading.field_paths, "duplicate_field", RESULT_COLUMNS)
    items = children["criteria"].filled_items() if "criteria" in children else []
    criteria = tuple(read_criterion(item, reading) for item in items)
    stated = children.get("max_points")
    total = stated.positive() if stated is not None else None
    if stated is not None and total is not None:
        reading.totals += (StatedTotal(stated, total, criteria),)
    return Field(code, optional_title(children, code), criteria)


def read_criterion(node: Node, reading: FieldReading) -> Criterion:
    """Read a criterion and its rule."""
    children = node.mapping(("code", "max_points"), CRITERION_KEYS)
    reserved = frozenset({BONUS, PENALTY})
    code = read_code(children.get("code"), reading.criterion_paths, "duplicate_criterion", reserved)
    maximum = children["max_points"].positive(MOST_POINTS) if "max_points" in children else None
    limits = tuple(
        (item.text(), item)
        for item in (children["groups"].filled_items() if "groups" in children else [])
    )
    reading.criteria += (Place(limits),)
    return Criterion(
        code=code,
        title=optional_title(children, code),
        max_points=maximum or Fraction(0),
        source=Source(
            children["source"].word(list(Source)) if "source" in children else Source.VERIFIED
        ),
        rule=read_rule(children["rule"], maximum) if "rule" in children else Manual(),
        groups=frozenset(limit for limit, _ in limits) if "groups" in children else None,
    )


def read_code(
    node: Node | None, paths: dict[str, str], duplicate: str, reserved: frozenset[str]
) -> str:
    """Read a code, reporting one that is reserved or already used."""
    code = node.text() if node is not None else ""
    if node is None or not code:
        return code
    if code in reserved:
        node.report("reserved_code")
    if code in paths:
        node.report(duplicate, first=paths[code])
    paths.setdefault(code, node.path)
    return code


def optional_title(children: dict[str, Node], code: str) -> str:
    """Read a title; the code serves when there is none."""
    return children["title"].text() if "title" in children else code
