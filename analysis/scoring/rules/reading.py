"""The `rule` section of a criterion -> a rule, reporting every fault."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from analysis.scoring.node import Node
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.events import Deduction, Ratio
from analysis.scoring.rules.mixtures import Manual, WeightedMean
from analysis.scoring.rules.options import Checklist, Choice, OptionValues
from analysis.scoring.rules.rule import Rule
from analysis.scoring.rules.shares import Formula, Linear, Proportional, Threshold
from analysis.scoring.rules.tiers import DateTier, DateTiers, Tier, Tiers
from sampling.errors import UnreadableValueError
from sampling.tabular import read_date

ZERO, ONE = Fraction(0), Fraction(1)
NUMBER_KINDS = ("proportional", "linear", "tiers", "threshold")

Maximum = Fraction | None


def read_rule(node: Node, maximum: Maximum, kinds: Sequence[str] | None = None) -> Rule:
    """Read a rule.

    Parameters
    ----------
    node : Node
        A mapping with `kind` and the keys of that kind.
    maximum : Fraction or None
        Maximum points of the criterion; None when that could not be read.
    kinds : sequence of str, optional
        Kinds allowed here; by default all.

    Returns
    -------
    Rule
        The rule; `Manual` after a fault, so that reading goes on.
    """
    allowed = tuple(READERS) if kinds is None else tuple(kinds)
    if not isinstance(node.value, dict) or "kind" not in node.value:
        node.mapping(("kind",), ())
        return Manual()
    kind = node.child("kind", node.value["kind"])
    name = kind.text()
    if name in allowed:
        return READERS[name](node, maximum)
    if name:
        kind.report("unknown_kind", allowed=", ".join(allowed))
    return Manual()


def earned(node: Node, maximum: Maximum) -> Fraction:
    """Read points that must not be above the criterion's maximum; 0 after a fault."""
    points = node.within(ZERO, None)
    if points is None:
        return ZERO
    if maximum is not None and points > maximum:
        node.report("points_above_maximum", maximum=exact_text(maximum))
    return points


def optional_points(children: dict[str, Node], key: str, maximum: Maximum) -> Fraction:
    """Read points that are 0 when the key is left out."""
    return earned(children[key], maximum) if key in children else ZERO


def optional_flag(children: dict[str, Node], key: str) -> bool:
    """Read a flag that is false when left out."""
    return children[key].flag() if key in children else False


def full_value(children: dict[str, Node]) -> Fraction:
    """Read the value that counts as 100 %: 1 when left out."""
    return (children["full"].positive() if "full" in children else None) or ONE


def read_manual(node: Node, maximum: Maximum) -> Rule:  # noqa: ARG001  (a reader takes both)
    """Read a rule without keys: people settle the points."""
    node.mapping(("kind",), ())
    return Manual()


def read_proportional(node: Node, maximum: Maximum) -> Rule:  # noqa: ARG001  (a reader takes both)
    """Read `full`, optional."""
    return Proportional(full_value(node.mapping(("kind",), ("full",))))


def read_linear(node: Node, maximum: Maximum) -> Rule:  # noqa: ARG001  (a reader takes both)
    """Read the two cuts, and how points run between them."""
    children = node.mapping(("kind", "from", "to"), ("full", "formula", "may_exceed"))
    full = full_value(children)
    lower = children["from"].within(ZERO, None) if "from" in children else None
    upper = children["to"].within(ZERO, None) if "to" in children else None
    formula = children["formula"].word(list(Formula)) if "formula" in children else Formula.SHARE
    exceeds = optional_flag(children, "may_exceed")
    if lower is None or upper is None:
        return Manual()
    if not lower < upper <= full:
        shown = " < ".join([exact_text(lower), f"{exact_text(upper)} ≤ {exact_text(full)}"])
        node.report("cuts_not_ordered", shown)
    return Linear(lower, upper, full, Formula(formula), exceeds)


def read_threshold(node: Node, maximum: Maximum) -> Rule:
    """Read the cut, whether it is strict, and the points below it."""
    children = node.mapping(("kind", "from"), ("strict", "otherwise", "may_exceed"))
    cut = children["from"].within(ZERO, None) if "from" in children else None
    return Threshold(
        cut if cut is not None else ZERO,
        optional_flag(children, "strict"),
        optional_points(children, "otherwise", maximum),
        optional_flag(children, "may_exceed"),
    )


def read_tiers(node: Node, maximum: Maximum) -> Rule:
    """Read tiers from the highest cut to the lowest."""
    children = node.mapping(("kind", "tiers"), ("may_exceed",))
    tiers: list[Tier] = []
    for item in children["tiers"].filled_items() if "tiers" in children else []:
        parts = item.mapping(("from", "points"), ())
        cut = parts["from"].within(ZERO, None) if "from" in parts else None
        points = optional_points(parts, "points", maximum)
        if cut is not None:
            if tiers and cut >= tiers[-1].cut:
                parts["from"].report("tiers_not_ordered", previous=exact_text(tiers[-1].cut))
            tiers.append(Tier(cut, points))
    exceeds = optional_flag(children, "may_exceed")
    return Tiers(tuple(tiers), exceeds) if tiers else Manual()


def read_date_tiers(node: Node, maximum: Maximum) -> Rule:
    """Read deadlines from the earliest to the latest."""
    children = node.mapping(("kind", "tiers"), ("otherwise",))
    items = children["tiers"].filled_items() if "tiers" in children else []
    read = [(item, read_date_tier(item, maximum)) for item in items]
    tiers = [(item, tier) for item, tier in read if tier is not None]
    for (_, before), (item, tier) in pairwise(tiers):
        if tier.until <= before.until:
            item.report("tiers_not_ordered", str(tier.until), previous=str(before.until))
    otherwise = optional_points(children, "otherwise", maximum)
    return DateTiers(tuple(tier for _, tier in tiers), otherwise)


def read_date_tier(node: Node, maximum: Maximum) -> DateTier | None:
    """Read one deadline; None after reporting a date that is none."""
    parts = node.mapping(("until", "points"), ())
    points = optional_points(parts, "points", maximum)
    if "until" not in parts:
        return None
    until = parts["until"]
    try:
        # A mapping parsed elsewhere may hold a date already; its text is ISO.
        return DateTier(read_date(str(until.value)).date(), points)
    except UnreadableValueError as error:
        until.report(error.code)
        return None


def read_choice(node: Node, maximum: Maximum) -> Rule:
    """Read options with their points."""
    children = node.mapping(("kind", "options"), ())
    return Choice(read_points_by_name(children.get("options"), maximum))


def read_checklist(node: Node, maximum: Maximum) -> Rule:
    """Read items with their points, which together stay within the maximum."""
    children = node.mapping(("kind", "items"), ())
    items = read_points_by_name(children.get("items"), maximum)
    total = sum(items.values(), ZERO)
    if maximum is not None and total > maximum:
        children["items"].report(
            "points_above_maximum", exact_text(total), maximum=exact_text(maximum)
        )
    return Checklist(items)


def read_points_by_name(node: Node | None, maximum: Maximum) -> dict[str, Fraction]:
    """Read a mapping of names to points."""
    if node is None:
        return {}
    return {name: earned(child, maximum) for name, child in distinct_entries(node).items()}


def distinct_entries(node: Node) -> dict[str, Node]:
    """Give the entries of a mapping of names that score tables write in any capitals."""
    entries = node.filled_entries()
    seen: set[str] = set()
    for name, child in entries.items():
        if name.casefold() in seen:
            child.report("duplicate_key", name)
        seen.add(name.casefold())
    return entries


def read_option_values(node: Node, maximum: Maximum) -> Rule:  # noqa: ARG001  (a reader takes both)
    """Read what each option is worth, from 0 to 1."""
    children = node.mapping(("kind", "values"), ())
    entries = distinct_entries(children["values"]) if "values" in children else {}
    return OptionValues({name: child.within(ZERO, ONE) or ZERO for name, child in entries.items()})


def read_deduction(node: Node, maximum: Maximum) -> Rule:
    """Read the points that each event costs, and the floor."""
    children = node.mapping(("kind", "per_event"), ("floor",))
    per_event = children["per_event"].positive() if "per_event" in children else None
    # A floor below 0 is possible: some sheets take points away for what was never arranged.
    limit = maximum or ZERO
    floor = children["floor"].within(-limit, limit) if "floor" in children else None
    return Deduction(per_event or ONE, floor or ZERO)


def read_ratio(node: Node, maximum: Maximum) -> Rule:
    """Read the inner rule and the points of a year without cases."""
    children = node.mapping(("kind",), ("scored_by", "no_event"))
    return Ratio(scored_by(children, maximum), read_no_event(children.get("no_event"), maximum))


def read_no_event(node: Node | None, maximum: Maximum) -> Maximum:
    """Read points, or "full" for the maximum; None when left out."""
    if node is None:
        return None
    if node.value == "full":
        return maximum
    return earned(node, maximum)


def read_weighted_mean(node: Node, maximum: Maximum) -> Rule:
    """Read the weights of the audiences and the inner rule."""
    children = node.mapping(("kind", "audiences"), ("scored_by",))
    entries = distinct_entries(children["audiences"]) if "audiences" in children else {}
    weights = {name: child.positive() or ONE for name, child in entries.items()}
    rule = scored_by(children, maximum)
    if "scored_by" in children and not rule.takes_share and not isinstance(rule, Manual):
        children["scored_by"].report("inner_rule_needs_share")
    return WeightedMean(weights, rule)


def scored_by(children: dict[str, Node], maximum: Maximum) -> Rule:
    """Read the rule that scores a quotient; proportional when left out."""
    if "scored_by" not in children:
        return Proportional()
    return read_rule(children["scored_by"], maximum, NUMBER_KINDS)


READERS: dict[str, Callable[[Node, Maximum], Rule]] = {
    "tiers": read_tiers,
    "proportional": read_proportional,
    "linear": read_linear,
    "threshold": read_threshold,
    "checklist": read_checklist,
    "choice": read_choice,
    "option_values": read_option_values,
    "date_tiers": read_date_tiers,
    "deduction": read_deduction,
    "ratio": read_ratio,
    "weighted_mean": read_weighted_mean,
    "manual": read_manual,
}
