"""RECIPE.yaml: the recorded steps from design weights to the weights of estimates."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from sampling.errors import Fault, Texts
from sampling.yaml_reading import DocumentFault, Reader

RECIPE_MESSAGES: dict[str, dict[str, str]] = {
    "not_a_weight": {
        "vi": "«{value}» không phải quyền số: cần một số không âm",
        "en": "«{value}» is no weight: give a number, 0 or more",
    },
    "unknown_word": {
        "vi": "không có «{value}»: chọn một trong {allowed}",
        "en": "there is no «{value}»: choose one of {allowed}",
    },
    "one_step": {
        "vi": "mỗi bước là một mục duy nhất: {allowed}",
        "en": "each step is a single entry: {allowed}",
    },
    "not_a_number": {
        "vi": "«{value}» không phải số: cần {expected}",
        "en": "«{value}» is no number: {expected} is needed",
    },
    "needs": {
        "vi": "bước này cần {needed}",
        "en": "this step needs {needed}",
    },
    "not_with": {
        "vi": "«{method}» không dùng {entry}",
        "en": "«{method}» takes no {entry}",
    },
}

STEPS = ("eligibility", "nonresponse", "calibrate", "trim")
NONRESPONSE = ("classes", "propensity", "quintiles")
CALIBRATION = ("poststratify", "rake", "linear", "logit", "truncated", "raking")
BOUNDED = ("logit", "truncated")
FREE = ("poststratify", "rake", "linear")
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Eligibility:
    """Keep rows that belong to the population.

    Attributes
    ----------
    column : str
        Tells what each row is.
    values : tuple of str
        What makes a row eligible.
    unknown : tuple of str
        What leaves it open; such rows give their weight to the others of their class.
    by : tuple of str
        Columns whose crossings are those classes.
    """

    column: str
    values: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Nonresponse:
    """Let those who answered stand for those who did not.

    Attributes
    ----------
    method : {"classes", "propensity", "quintiles"}
        Weighting classes; the inverse of a fitted propensity; classes of similar propensity.
    by : tuple of str
        Columns that are crossed, or that explain the propensity.
    respondent : str
        Column of 1 for those who answered and 0 for the others.
    """

    method: str
    by: tuple[str, ...]
    respondent: str


@dataclass(frozen=True)
class Calibrate:
    """Let weights add up to known totals.

    Attributes
    ----------
    method : str
        One of `CALIBRATION`; "poststratify" takes one margin, several columns joined by "*".
    margins : mapping of str to mapping of str to float
        Population at each level of each variable.
    totals : mapping of str to float
        Totals of numbers.
    bounds : tuple of float or None
        Least and greatest factor.
    tolerance : float
        How far each total may stay off, relative to it.
    """

    method: str
    margins: Mapping[str, Mapping[str, float]]
    totals: Mapping[str, float] = field(default_factory=dict)
    bounds: tuple[float, float] | None = None
    tolerance: float = TOLERANCE


@dataclass(frozen=True)
class Trim:
    """Cut weights at limits.

    Attributes
    ----------
    upper, lower : str or float or None
        A number, or a multiple such as "5×median".
    keep : tuple of str
        Variables whose present totals are kept; what is cut is spread equally where there is none.
    strict : bool
        Whether to go on until no weight passes a limit; always so where totals are kept.
    """

    upper: str | float | None
    lower: str | float | None = None
    keep: tuple[str, ...] = ()
    strict: bool = False


Step = Eligibility | Nonresponse | Calibrate | Trim


@dataclass(frozen=True)
class Recipe:
    """A whole RECIPE.yaml.

    Attributes
    ----------
    base : str
        Column of the weights to start from.
    steps : tuple of Step
        In their order.
    """

    base: str
    steps: tuple[Step, ...]


class RecipeFault(DocumentFault):
    """A fault of a recipe, or of data in the light of one."""

    texts: ClassVar[Texts] = MappingProxyType({**DocumentFault.texts, **RECIPE_MESSAGES})


def read_recipe(content: bytes) -> tuple[Recipe | None, tuple[Fault, ...]]:
    """Read a recipe and list every fault it has.

    Parameters
    ----------
    content : bytes
        YAML in UTF-8: ``base`` and ``steps``.

    Returns
    -------
    recipe : Recipe or None
        None when there are faults.
    faults : tuple of Fault
        Each names the place as a path, such as ``steps[0].calibrate.margins``.
    """
    reader = RecipeReader(RecipeFault)
    document = reader.document(content)
    recipe = None if reader.faults else reader.recipe(document)
    return (None if reader.faults else recipe), tuple(reader.faults)


class RecipeReader(Reader):
    """A recipe being read."""

    def recipe(self, document: object) -> Recipe | None:
        """Read the whole document; None where it is no mapping."""
        top = self.mapping("", document, ("base", "steps"))
        if top is None:
            return None
        items = top.get("steps")
        if not isinstance(items, list) or not items:
            self.blame("steps", items, "wrong_kind", expected="[…]")
            items = []
        steps = [self.step(f"steps[{at}]", item) for at, item in enumerate(items)]
        base = self.needed("", top, "base")
        return Recipe(base, tuple(step for step in steps if step is not None))

    def step(self, path: str, item: object) -> Step | None:
        """Read one step by its name."""
        given = self.mapping(path, item, STEPS)
        if given is None:
            return None
        if len(given) != 1:
            self.blame(path, ", ".join(map(str, given)), "one_step", allowed=", ".join(STEPS))
            return None
        [(name, content)] = given.items()
        read = {
            "eligibility": self.eligibility,
            "nonresponse": self.nonresponse,
            "calibrate": self.calibrate,
            "trim": self.trim,
        }.get(name)
        return None if read is None else read(f"{path}.{name}", content)

    def eligibility(self, path: str, content: object) -> Step | None:
        """Read who belongs to the population."""
        given = self.mapping(path, content, ("column", "values", "unknown", "by"))
        if given is None:
            return None
        return Eligibility(
            self.needed(path, given, "column"),
            self.words(f"{path}.values", given.get("values"), needed=True),
            self.words(f"{path}.unknown", given.get("unknown")),
            self.texts(f"{path}.by", given.get("by")),
        )

    def nonresponse(self, path: str, content: object) -> Step | None:
        """Read who stands for those who did not answer."""
        given = self.mapping(path, content, ("method", "by", "respondent"))
        if given is None:
            return None
        by = self.texts(f"{path}.by", given.get("by"))
        if not by:
            self.blame(f"{path}.by", None, "missing_key")
        method = self.choice(f"{path}.method", given.get("method", NONRESPONSE[0]), NONRESPONSE)
        return Nonresponse(method, by, self.needed(path, given, "respondent"))

    def calibrate(self, path: str, content: object) -> Step | None:
        """Read known totals and how to meet them."""
        keys = ("method", "margins", "totals", "bounds", "tolerance")
        given = self.mapping(path, content, keys)
        if given is None:
            return None
        method = self.choice(f"{path}.method", given.get("method", "rake"), CALIBRATION)
        margins = {
            name: self.amounts(f"{path}.margins.{name}", levels)
            for name, levels in self.entries(f"{path}.margins", given.get("margins")).items()
        }
        totals = self.amounts(f"{path}.totals", given.get("totals"))
        bounds = self.bounds(f"{path}.bounds", given.get("bounds"))
        self.check_method(path, method, margins, totals, bounds)
        tolerance = self.number(f"{path}.tolerance", given.get("tolerance", TOLERANCE))
        return Calibrate(method, margins, totals, bounds, tolerance)

    def check_method(
        self,
        path: str,
        method: str,
        margins: Mapping[str, object],
        totals: Mapping[str, object],
        bounds: object,
    ) -> None:
        """Refuse entries that a method has no use for, and miss those that it needs."""
        if not margins and not totals:
            self.blame(path, None, "needs", needed="margins / totals")
        if method == "poststratify" and len(margins) > 1:
            self.blame(f"{path}.margins", ", ".join(margins), "needs", needed="1 margin (a*b)")
        if method in FREE[:2] and totals:
            self.blame(f"{path}.totals", None, "not_with", method=method, entry="totals")
        if method in FREE and bounds:
            self.blame(f"{path}.bounds", None, "not_with", method=method, entry="bounds")
        if method in BOUNDED and not bounds:
            self.blame(path, None, "needs", needed="bounds")

    def trim(self, path: str, content: object) -> Step | None:
        """Read limits of weights."""
        given = self.mapping(path, content, ("upper", "lower", "keep", "strict"))
        if given is None:
            return None
        if given.get("upper") is None and given.get("lower") is None:
            self.blame(path, None, "needs", needed="upper / lower")
        strict = given.get("strict", False)
        if not isinstance(strict, bool):
            self.blame(f"{path}.strict", strict, "wrong_kind", expected="true, false")
        return Trim(
            self.limit(f"{path}.upper", given.get("upper")),
            self.limit(f"{path}.lower", given.get("lower")),
            self.texts(f"{path}.keep", given.get("keep")),
            strict is True,
        )

    def needed(self, path: str, given: Mapping[str, Any], key: str) -> str:
        """Read a text that must be there."""
        place = f"{path}.{key}".lstrip(".")
        if given.get(key) is None:
            self.blame(place, None, "missing_key")
        return self.text(place, given.get(key))

    def words(self, path: str, value: object, *, needed: bool = False) -> tuple[str, ...]:
        """Read values of a column as its file writes them; numbers may stand without quotes."""
        if value is None and needed:
            self.blame(path, None, "missing_key")
        items = value if isinstance(value, list) else [] if value is None else [value]
        for at, item in enumerate(items):
            if not isinstance(item, str | int | float) or isinstance(item, bool):
                self.blame(f"{path}[{at}]", item, "wrong_kind", expected="chữ / text")
        return tuple(map(str, items))

    def entries(self, path: str, value: object) -> dict[str, Any]:
        """Read a mapping whose names are free; numbers among them are taken as text."""
        if value is None:
            return {}
        if not isinstance(value, dict) or not value:
            self.blame(path, value, "wrong_kind", expected="{…}")
            return {}
        return {str(name): content for name, content in value.items()}

    def amounts(self, path: str, value: object) -> dict[str, float]:
        """Read a mapping of names to numbers."""
        return {
            name: self.number(f"{path}.{name}", amount)
            for name, amount in self.entries(path, value).items()
        }

    def number(self, path: str, value: object) -> float:
        """Read a finite number; YAML takes 1e-9 without a point for a text."""
        try:
            found = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]  # caught below
        except (TypeError, ValueError):
            found = math.nan
        if not math.isfinite(found):
            self.blame(path, value, "not_a_number", expected="17830")
            return 0.0
        return found

    def bounds(self, path: str, value: object) -> tuple[float, float] | None:
        """Read the least and the greatest factor."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            self.blame(path, value, "wrong_kind", expected="[0.3, 3]")
            return None
        return self.number(f"{path}[0]", value[0]), self.number(f"{path}[1]", value[1])

    def limit(self, path: str, value: object) -> str | float | None:
        """Read a limit, whose text is understood when the weights are known."""
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        return self.number(path, value)
