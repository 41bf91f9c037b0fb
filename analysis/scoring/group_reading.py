"""The `groups` section of a criteria set: ties, bands and decimals."""

from analysis.scoring.node import Node
from analysis.scoring.numbers import exact_text
from analysis.scoring.scheme import Band, Field, Group, Tie, TieKind

GROUP_KEYS = ("title", "ties", "decimals", "bands", "note")
MOST_DECIMALS = 10


def read_groups(node: Node | None, fields: tuple[Field, ...]) -> tuple[Group, ...]:
    """Read all groups; ties may name the fields and criteria that concern the group."""
    entries = node.filled_entries() if node is not None else {}
    return tuple(read_group(code, child, fields) for code, child in entries.items())


def read_group(code: str, node: Node, fields: tuple[Field, ...]) -> Group:
    """Read one group."""
    children = node.mapping((), GROUP_KEYS)
    return Group(
        code=code,
        title=children["title"].text() if "title" in children else code,
        ties=read_ties(children.get("ties"), known_ties(code, fields)),
        bands=read_bands(children.get("bands")),
        decimals=children["decimals"].whole(0, MOST_DECIMALS) if "decimals" in children else 2,
    )


def known_ties(group: str, fields: tuple[Field, ...]) -> dict[str, Tie]:
    """List what may separate equal units of a group, as a criteria set writes it."""
    ties = [Tie(TieKind.FIELD, field.code) for field in fields]
    for field in fields:
        concerned = (criterion for criterion in field.criteria if criterion.concerns(group))
        ties += [Tie(TieKind.CRITERION, criterion.code) for criterion in concerned]
    return {
        str(TieKind.SURVEY): Tie(TieKind.SURVEY, ""),
        **{f"{tie.kind}:{tie.code}": tie for tie in ties},
    }


def read_ties(node: Node | None, known: dict[str, Tie]) -> tuple[Tie, ...]:
    """Read the tie-breaks in their order; one that stands twice is a slip."""
    ties: list[Tie] = []
    for item in node.items() if node is not None else []:
        text = item.text()
        tie = known.get(text)
        if tie is None or tie in ties:
            item.report("unknown_tie")
        else:
            ties.append(tie)
    return tuple(ties)


def read_bands(node: Node | None) -> tuple[Band, ...]:
    """Read bands from the highest cut to the lowest."""
    bands: list[Band] = []
    for item in node.items() if node is not None else []:
        children = item.mapping(("name", "from"), ())
        name = children["name"].text() if "name" in children else ""
        lowest = children["from"].number() if "from" in children else None
        if name and name in {band.name for band in bands}:
            children["name"].report("duplicate_band")
        if lowest is None:
            continue
        if bands and lowest >= bands[-1].lowest:
            previous = exact_text(bands[-1].lowest)
            children["from"].report("bands_not_descending", exact_text(lowest), previous=previous)
        bands.append(Band(name, lowest))
    return tuple(bands)
