"""The small language of conditions on rows, such as ``age >= 18 and unit in ['A', 'B']``.

Truth has three values: what is compared with a missing cell is neither true nor false, so that
``not (age >= 18)`` does not catch rows whose age is unknown.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ConditionError
from sampling.columns import Columns
from sampling.errors import shortened

Bools = NDArray[np.bool_]
Cells = NDArray[Any]

LONGEST = 20_000
DEEPEST = 40
Comparison = Callable[[Any, Any], Any]
COMPARISONS: Mapping[type[ast.cmpop], Comparison] = MappingProxyType(
    {
        ast.Eq: np.equal,
        ast.NotEq: np.not_equal,
        ast.Lt: np.less,
        ast.LtE: np.less_equal,
        ast.Gt: np.greater,
        ast.GtE: np.greater_equal,
    }
)


@dataclass(frozen=True, eq=False)
class Truth:
    """For each row whether a condition surely holds, and whether it surely fails."""

    yes: Bools
    no: Bools

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> "Truth":
        return Truth(self.no, self.yes)


def rows_where(condition: str, columns: Columns) -> Bools:
    """Find the rows that meet a condition.

    Parameters
    ----------
    condition : str
        Comparisons of columns with numbers or quoted texts (``==  !=  <  <=  >  >=  in  not in``)
        joined by ``and``, ``or``, ``not``. A name with dots is a column of that name.
    columns : Columns
        The rows.

    Returns
    -------
    ndarray of bool, shape (n,)
        False also where a missing cell leaves it open.

    Raises
    ------
    ConditionError
        If the condition is written otherwise, or compares a number with a text.
    UnknownColumnError, UnreadableColumnError
        If a column is absent or holds no numbers where numbers are compared.
    """
    return Evaluation(condition, columns).truth(parsed(condition)).yes


def derived(expression: str, columns: Columns) -> NDArray[np.float64]:
    """Work out a column from others, such as ``1 if both == 'Yes' else 0``.

    Parameters
    ----------
    expression : str
        A column, a number, or ``A if CONDITION else B`` with conditions as in `rows_where`.
    columns : Columns
        The rows.

    Returns
    -------
    ndarray, shape (n,)
        NaN where the condition is left open by a missing cell.

    Raises
    ------
    ConditionError, UnknownColumnError, UnreadableColumnError
        As `rows_where` does.
    """
    return Evaluation(expression, columns).value(parsed(expression))


def parsed(text: str) -> ast.expr:
    """Parse one expression without running anything."""
    if len(text) > LONGEST:
        raise ConditionError("unreadable_condition", condition=shortened(text))
    try:
        expression = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionError("unreadable_condition", condition=shortened(text)) from error
    if depth(expression) > DEEPEST:
        raise ConditionError("unreadable_condition", condition=shortened(text))
    return expression


def depth(expression: ast.AST) -> int:
    """Count nested levels without recursion, so that no depth can exhaust the stack."""
    levels, nodes = 0, [expression]
    while nodes:
        levels += 1
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return levels


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One expression being worked out over all rows at once."""

    text: str
    columns: Columns

    def truth(self, node: ast.expr) -> Truth:
        """Work out a condition."""
        match node:
            case ast.BoolOp(op=op, values=[first, *others]):
                truth = self.truth(first)
                for other in others:
                    further = self.truth(other)
                    truth = truth & further if isinstance(op, ast.And) else truth | further
                return truth
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.truth(operand)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = zip([left, *comparators[:-1]], ops, comparators, strict=True)
                truths = [self.comparison(*side) for side in sides]
                return truths[0] if len(truths) == 1 else self.all_of(truths)
        raise self.unreadable()

    def all_of(self, truths: list[Truth]) -> Truth:
        """Join the links of a chain such as ``18 <= age < 60``."""
        joined = truths[0]
        for truth in truths[1:]:
            joined &= truth
        return joined

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Truth:
        """Compare two sides, or look for the left one in a list."""
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
                raise self.unreadable()
            found = self.comparison(left, ast.Eq(), right.elts[0])
            for element in right.elts[1:]:
                found |= self.comparison(left, ast.Eq(), element)
            return ~found if isinstance(op, ast.NotIn) else found
        compare = COMPARISONS.get(type(op))
        if compare is None:
            raise self.unreadable()
        as_text = self.is_text(left) or self.is_text(right)
        if as_text and (self.is_number(left) or self.is_number(right)):
            raise ConditionError("mixed_kinds", condition=shortened(self.text))
        operand = self.label if as_text else self.value
        mine, other = operand(left), operand(right)
        known = self.known(mine) & self.known(other)
        holds = np.asarray(compare(mine, other), dtype=bool)
        return Truth(known & holds, known & ~holds)

    def value(self, node: ast.expr) -> NDArray[np.float64]:
        """Work out numbers."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self.truth(test)
                otherwise = np.where(truth.no, self.value(orelse), np.nan)
                return np.where(truth.yes, self.value(body), otherwise)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.Constant(value=bool()):
                raise self.unreadable()
            case ast.Constant(value=int() | float() as number) if abs(number) < 1e300:
                return np.full(self.columns.rows, float(number))
        return self.columns.numbers(self.name(node))

    def label(self, node: ast.expr) -> Cells:
        """Work out texts."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return np.full(self.columns.rows, node.value)
        return self.columns.labels(self.name(node))

    def name(self, node: ast.expr) -> str:
        """Name of a column, dots and all."""
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=value, attr=attr):
                return f"{self.name(value)}.{attr}"
        raise self.unreadable()

    def is_text(self, node: ast.expr) -> bool:
        """Tell whether a side is a quoted text."""
        return isinstance(node, ast.Constant) and isinstance(node.value, str)

    def is_number(self, node: ast.expr) -> bool:
        """Tell whether a side is written as a number."""
        if isinstance(node, ast.UnaryOp):
            return self.is_number(node.operand)
        return isinstance(node, ast.Constant) and isinstance(node.value, int | float)

    def known(self, cells: Cells) -> Bools:
        """Tell which cells are not missing."""
        return np.asarray(cells != "" if cells.dtype.kind == "U" else ~np.isnan(cells), dtype=bool)

    def unreadable(self) -> ConditionError:
        """The error for anything this language has no word for."""
        return ConditionError("unreadable_condition", condition=shortened(self.text))
