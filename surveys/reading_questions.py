"""Questions and matrices of them, out of the nodes of a document."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.document import ABSENT, Node
from surveys.kinds import KINDS
from surveys.kinds.multiple_choice import option_column
from surveys.kinds.protocol import Kind
from surveys.questionnaire import AttributedTo, Choice, Question, Role, Scale
from surveys.reading_limits import LIMITS
from surveys.reading_options import choices, wording, yes_and_no

MATRIX = "matrix"
QUESTION_REQUIRED = ("code", "kind", "texts")
QUESTION_OPTIONAL = ("hints", "only_if")  # conditions are read in reading_logic
# What only questions have that are answered.
ANSWERED_REQUIRED = ("role",)
ANSWERED_OPTIONAL = ("required", "factor", "attributed_to")
NOWHERE = Node(ABSENT, "", [])
KIND_PROPERTIES = sorted({name for it in KINDS.values() for name in (*it.properties, *it.optional)})


@dataclass(frozen=True)
class Context:
    """What the questions of a document may refer to, and the codes they have taken."""

    languages: tuple[str, ...]
    factors: Collection[str]
    scales: Mapping[str, Scale]
    codes: list[Node]


def entry(node: Node, context: Context) -> tuple[Question, ...]:
    """Read what a section lists: one question, or the rows of a matrix."""
    return _matrix(node, context) if node.member("kind").value == MATRIX else (_one(node, context),)


def _one(node: Node, context: Context) -> Question:
    name = node.member("kind")
    kind = KINDS.get(name.value) if isinstance(name.value, str) else None
    parts = _parts(node, kind)
    named = _named_scale(parts.get("scale", NOWHERE), context)
    options = named.choices if named else _own_choices(parts, kind, context)
    asked = _asked(parts, name.one_of((*KINDS, MATRIX), "unknown_kind"), context)
    cut, length = parts.get("satisfied_from", NOWHERE), parts.get("max_length", NOWHERE)
    own_cut = cut.fraction() if cut.present else None
    limits = LIMITS.get(asked.kind)
    return replace(
        asked,
        choices=options,
        scale=named.code if named else None,
        satisfied_from=named.satisfied_from if named else own_cut,
        max_length=length.integer(1) if length.present else None,
        limits=limits(parts, context.languages) if limits else None,
        faces=_faces(parts),
    )


def _parts(node: Node, kind: Kind | None) -> Mapping[str, Node]:
    """Give the properties that a question of a kind has; one of unknown kind may have any."""
    if kind is None:  # one fault is enough
        wanted = (*QUESTION_OPTIONAL, *ANSWERED_OPTIONAL, *KIND_PROPERTIES)
        return node.members((*QUESTION_REQUIRED, *ANSWERED_REQUIRED), wanted)
    required = ANSWERED_REQUIRED if kind.answered else ()
    optional = ANSWERED_OPTIONAL if kind.answered else ()
    return node.members(
        (*QUESTION_REQUIRED, *required, *kind.properties),
        (*QUESTION_OPTIONAL, *optional, *kind.optional),
    )


def _asked(parts: Mapping[str, Node], kind: str, context: Context) -> Question:
    """Read what questions of all kinds have, and rows of a matrix."""
    context.codes.append(parts["code"])
    role = parts.get("role", NOWHERE).one_of(tuple(Role))
    attributed_to = parts.get("attributed_to", NOWHERE).one_of(tuple(AttributedTo))
    factor = parts.get("factor", NOWHERE)
    return Question(
        code=parts["code"].code(),
        kind=kind,
        # Information has none in the document: it speaks of the form itself.
        role=Role(role) if role else Role.CIRCUMSTANCE,
        texts=wording(parts["texts"], context.languages),
        required=parts.get("required", NOWHERE).boolean(),
        hints=wording(parts["hints"], context.languages) if parts["hints"].present else None,
        factor=factor.one_of(context.factors, "unknown_factor") or None,
        attributed_to=AttributedTo(attributed_to) if attributed_to else None,
    )


def _matrix(node: Node, context: Context) -> tuple[Question, ...]:
    parts = node.members((*QUESTION_REQUIRED, "scale", "rows"), ("faces", "only_if", "shuffled"))
    context.codes.append(parts["code"])
    named = _named_scale(parts["scale"], context)
    code, texts = parts["code"].code(), wording(parts["texts"], context.languages)
    faces = _faces(parts)
    return tuple(
        replace(
            _asked(_row_parts(row), "scale", context),
            choices=named.choices if named else (),
            scale=named.code if named else None,
            satisfied_from=named.satisfied_from if named else None,
            faces=faces,
            matrix=code,
            matrix_texts=texts,
        )
        for row in parts["rows"].elements()
    )


def _row_parts(row: Node) -> Mapping[str, Node]:
    return row.members(
        ("code", *ANSWERED_REQUIRED, "texts"), (*QUESTION_OPTIONAL, *ANSWERED_OPTIONAL)
    )


def _own_choices(
    parts: Mapping[str, Node], kind: Kind | None, context: Context
) -> tuple[Choice, ...]:
    if kind is KINDS["yes_no"]:
        return yes_and_no(parts, context.languages)
    node = parts.get("choices", NOWHERE)
    found = choices(node, context.languages)
    question = parts["code"].value
    if kind is KINDS["multiple_choice"] and isinstance(question, str):
        _take_columns(question, found, node, context)
    return found


def _take_columns(question: str, options: Sequence[Choice], node: Node, context: Context) -> None:
    """Note the names of the columns that options fill as codes that are taken."""
    places = {choice.code: at for at, choice in reversed(list(enumerate(options)))}
    context.codes.extend(
        Node(option_column(question, code), f"{node.path}[{at}].code", node.faults)
        for code, at in sorted(places.items(), key=lambda place: place[1])
    )


def _faces(parts: Mapping[str, Node]) -> bool | None:
    node = parts.get("faces", NOWHERE)
    return node.boolean() if node.present else None


def _named_scale(node: Node, context: Context) -> Scale | None:
    return context.scales.get(node.one_of(tuple(context.scales), "unknown_scale"))
