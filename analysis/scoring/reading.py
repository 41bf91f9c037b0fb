"""A criteria set as mappings -> a Scheme, listing every fault with its path."""

from dataclasses import dataclass
from fractions import Fraction

from analysis.scoring.criteria_reading import Place, StatedTotal, read_fields
from analysis.scoring.errors import ScoringFault
from analysis.scoring.group_reading import read_groups
from analysis.scoring.node import Node
from analysis.scoring.numbers import exact_text
from analysis.scoring.parsing import parse_yaml
from analysis.scoring.scheme import (
    MOST_POINTS,
    Criterion,
    Decision,
    Field,
    Group,
    Link,
    NotApplicable,
    Scheme,
    Source,
    SurveyMissing,
)

REQUIRED = ("name", "groups", "fields")
OPTIONAL = (
    "decision",
    "bonus",
    "penalty",
    "not_applicable",
    "survey_missing",
    "matrix",
    "total",
    "version",
    "note",
)


@dataclass(frozen=True)
class SchemeReading:
    """A scheme, or None and the faults that must be mended first."""

    scheme: Scheme | None
    faults: tuple[ScoringFault, ...]


def read_scheme_file(content: bytes) -> SchemeReading:
    """Read a criteria set from YAML.

    Parameters
    ----------
    content : bytes
        UTF-8 YAML. Numbers are read exactly, with a decimal point or comma.

    Returns
    -------
    SchemeReading
        See `read_scheme`; faults of the YAML text itself carry a line.
    """
    document = parse_yaml(content)
    if document.value is None:
        return SchemeReading(None, document.faults)
    reading = read_scheme(document.value)
    faults = document.faults + reading.faults
    return SchemeReading(None if faults else reading.scheme, faults)


def read_scheme(document: object) -> SchemeReading:
    """Read a criteria set.

    Parameters
    ----------
    document : object
        Mappings, lists and scalars as YAML or JSON gives them; a float stands for the
        shortest decimal that it prints as.

    Returns
    -------
    SchemeReading
        The scheme if there is no fault, else all faults; each has the path of its place in
        `column`. Left out: `not_applicable` is rebase, `survey_missing` is fault, a rule is
        manual, a source is verified, decimals are 2.
    """
    root = Node(document)
    children = root.mapping(REQUIRED, OPTIONAL)
    places = read_fields(children.get("fields"))
    fields = places.fields
    groups = read_groups(children.get("groups"), fields)
    check_limits(places.criteria, groups)
    check_field_totals(places.totals, groups)
    check_totals(children.get("total"), fields, groups, root)
    scheme = Scheme(
        name=children["name"].text() if "name" in children else "",
        decision=read_decision(children.get("decision")),
        groups=groups,
        fields=fields,
        bonus_cap=read_cap(children.get("bonus")),
        penalty_cap=read_cap(children.get("penalty")),
        not_applicable=NotApplicable(
            children["not_applicable"].word(list(NotApplicable))
            if "not_applicable" in children
            else NotApplicable.REBASE
        ),
        survey_missing=SurveyMissing(
            children["survey_missing"].word(list(SurveyMissing))
            if "survey_missing" in children
            else SurveyMissing.FAULT
        ),
        matrix=read_matrix(children.get("matrix"), fields),
    )
    check_missing(children, scheme)
    return SchemeReading(None if root.faults else scheme, tuple(root.faults))


def read_decision(node: Node | None) -> Decision | None:
    """Read the number and the date of the decision that issued the set."""
    if node is None:
        return None
    children = node.mapping(("number", "date"), ())
    date = children.get("date")
    return Decision(
        children["number"].text() if "number" in children else "",
        str(date.value) if date is not None else "",
    )


def read_cap(node: Node | None) -> Fraction | None:
    """Read the cap of bonus or penalty; None when the set knows none."""
    if node is None:
        return None
    children = node.mapping(("cap",), ())
    return children["cap"].within(Fraction(0), MOST_POINTS) if "cap" in children else None


def read_matrix(node: Node | None, fields: tuple[Field, ...]) -> tuple[Link, ...]:
    """Read which audience's share for which item counts towards which criterion."""
    if node is None:
        return ()
    criteria = {criterion.code: criterion for field in fields for criterion in field.criteria}
    links: list[Link] = []
    for item in node.filled_items():
        link = read_link(item, criteria)
        if (link.item, link.audience, link.criterion) in {
            (other.item, other.audience, other.criterion) for other in links
        }:
            item.report("duplicate_link", f"{link.item} × {link.audience} → {link.criterion}")
        links.append(link)
    return tuple(links)


def read_link(node: Node, criteria: dict[str, Criterion]) -> Link:
    """Read one row of the matrix and check that its criterion can take a survey share."""
    children = node.mapping(("item", "audience", "criterion"), ("weight",))
    texts = {name: children[name].text() for name in children if name != "weight"}
    weight = children["weight"].positive() if "weight" in children else None
    code = texts.get("criterion", "")
    criterion = criteria.get(code)
    if code and criterion is None:
        children["criterion"].report("unknown_criterion")
    elif criterion is not None and criterion.source is not Source.SURVEY:
        children["criterion"].report("matrix_needs_survey")
    elif criterion is not None and not criterion.rule.takes_share:
        children["criterion"].report("matrix_needs_share")
    return Link(texts.get("item", ""), texts.get("audience", ""), code, weight or Fraction(1))


def check_limits(places: tuple[Place, ...], groups: tuple[Group, ...]) -> None:
    """Report criteria limited to groups that do not exist."""
    known = {group.code for group in groups}
    for place in places:
        for code, node in place.groups:
            if code and code not in known:
                node.report("unknown_scheme_group")


def check_field_totals(stated: tuple[StatedTotal, ...], groups: tuple[Group, ...]) -> None:
    """Report fields whose criteria do not add up to what they state, for any group."""
    for claim in stated:
        # A maximum of 0 was unreadable and is reported where it stands.
        if not all(criterion.max_points for criterion in claim.criteria):
            continue
        for group in groups:
            concerned = (c.max_points for c in claim.criteria if c.concerns(group.code))
            found = sum(concerned, Fraction(0))
            if found != claim.total:
                claim.node.report(
                    "wrong_field_total",
                    exact_text(claim.total),
                    group=group.code,
                    found=exact_text(found),
                )


def check_totals(
    node: Node | None, fields: tuple[Field, ...], groups: tuple[Group, ...], root: Node
) -> None:
    """Report groups without criteria, and those that do not add up to the stated total."""
    total = None if node is None else node.positive()
    for group in groups:
        found = [
            criterion.max_points
            for field in fields
            for criterion in field.criteria
            if criterion.concerns(group.code)
        ]
        if fields and not found:
            root.child("groups", None).child(group.code, group.code).report(
                "group_without_criteria"
            )
        # A maximum of 0 was unreadable and is reported where it stands.
        elif node is not None and total is not None and all(found) and sum(found) != total:
            added = exact_text(sum(found, Fraction(0)))
            node.report("wrong_total", exact_text(total), group=group.code, found=added)


def check_missing(children: dict[str, Node], scheme: Scheme) -> None:
    """Refuse a choice that would give points for having too few ballots."""
    leaves_out = scheme.survey_missing is SurveyMissing.NOT_APPLICABLE
    if leaves_out and scheme.not_applicable is not NotApplicable.REBASE:
        children["survey_missing"].report("missing_needs_rebase")
