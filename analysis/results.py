"""Rows of results: what each statistic of a specification gives, by variable and domain."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np

from analysis.domains import Domains, indicators
from analysis.estimate import Estimate, mean_by, total_by
from analysis.proportions import Method, proportion_interval
from analysis.quantiles import quantile_by
from analysis.ratios import ratio_by
from analysis.specification import Request
from analysis.weighted import Missing
from sampling.design import Design
from sampling.stages import Floats, Labels


@dataclass(frozen=True)
class ResultRow:
    """One estimate of one variable in one domain.

    `variable` is a column; of a ratio "numerator/denominator", of a proportion "column=level", of
    a quantile "column@share". `deff` compares with simple random sampling without replacement;
    `effective_n` is Kish's. NaN stands for what does not exist, such as the standard error of an
    empty domain or the design effect of a quantile.
    """

    name: str
    stat: str
    variable: str
    domain: Mapping[str, str]
    estimate: float
    se: float
    lower: float
    upper: float
    df: int
    deff: float
    n: int
    effective_n: float


@dataclass(frozen=True, eq=False)
class Question:
    """A request with its columns, its domains and the design.

    Attributes
    ----------
    columns : sequence of ndarray, each of shape (n,)
        Those of `request.of`: numbers, or labels where a proportion is asked of labels.
    """

    request: Request
    columns: Sequence[Floats | Labels]
    by: Domains
    design: Design
    missing: Missing

    def answers(self) -> Iterable[ResultRow]:
        """Estimate, variable by variable and domain by domain."""
        return ANSWERS[self.request.stat](self)

    def row(self, variable: str, at: int, **figures: float) -> ResultRow:
        """Put figures of one domain into a row."""
        domain = dict(zip(self.request.over, self.by.names[at], strict=True))
        whole = {name: int(figures.pop(name)) for name in ("df", "n")}
        rest = {name: float(value) for name, value in figures.items()}
        name, stat = self.request.name, self.request.stat
        return ResultRow(name, stat, variable, domain, **whole, **rest)  # type: ignore[arg-type]  # by name

    def rows(
        self, variables: Sequence[str], estimate: Estimate, ends: tuple[Floats, Floats]
    ) -> Iterator[ResultRow]:
        """Take estimates of (D, k) apart."""
        lower, upper = ends
        for place, variable in enumerate(variables):
            for at in range(len(self.by.names)):
                yield self.row(
                    variable,
                    at,
                    estimate=estimate.value[at, place],
                    se=estimate.se[at, place],
                    lower=lower[at, place],
                    upper=upper[at, place],
                    df=estimate.df[at],
                    deff=estimate.deff[at, place],
                    n=estimate.n[at],
                    effective_n=estimate.effective_n[at],
                )


def each_alone(estimator: Callable[..., Estimate], asked: Question) -> Iterator[ResultRow]:
    """Means or totals, each over the rows that answered it."""
    for variable, y in zip(asked.request.of, asked.columns, strict=True):
        found = estimator(y, asked.by, asked.design, missing=asked.missing)
        yield from asked.rows((variable,), found, found.interval(asked.request.level))


def means(asked: Question) -> Iterator[ResultRow]:
    """Means of each variable."""
    return each_alone(mean_by, asked)


def totals(asked: Question) -> Iterator[ResultRow]:
    """Totals of each variable."""
    return each_alone(total_by, asked)


def ratios(asked: Question) -> Iterator[ResultRow]:
    """One variable by another."""
    numerator, denominator = asked.columns
    found = ratio_by(numerator, denominator, asked.by, asked.design, missing=asked.missing)
    ends = found.interval(asked.request.level)
    return asked.rows(("/".join(asked.request.of),), found, ends)


def proportions(asked: Question) -> Iterator[ResultRow]:
    """Shares of the levels of each variable."""
    for variable, column in zip(asked.request.of, asked.columns, strict=True):
        levels, y = indicators(column)
        found = mean_by(y, asked.by, asked.design, missing=asked.missing)
        level, kind = asked.request.level, asked.request.interval
        if kind == "t":
            ends = found.interval(level)
        else:
            ends = proportion_interval(found, method=cast(Method, kind), level=level)
        yield from asked.rows([f"{variable}={word}" for word in levels], found, ends)


def quantiles(asked: Question) -> Iterator[ResultRow]:
    """Quantiles of each variable, with Woodruff's intervals."""
    for variable, y in zip(asked.request.of, asked.columns, strict=True):
        shares, level = asked.request.at, asked.request.level
        found = quantile_by(y, shares, asked.by, asked.design, level=level, missing=asked.missing)
        answered = effective_sizes(cast(Floats, y), asked)
        for place, share in enumerate(shares):
            for at in range(len(asked.by.names)):
                yield asked.row(
                    f"{variable}@{share:g}",
                    at,
                    estimate=found.value[at, place],
                    se=found.se[at, place],
                    lower=found.lower[at, place],
                    upper=found.upper[at, place],
                    df=found.df[at],
                    deff=np.nan,
                    n=found.n[at],
                    effective_n=answered[at],
                )


def effective_sizes(y: Floats, asked: Question) -> Floats:
    """Kish's effective numbers of rows that answered: (D,)."""
    counts = (asked.by.codes >= 0) & ~np.isnan(y)
    codes, weight = asked.by.codes[counts], asked.design.weight[counts]
    domains = len(asked.by.names)
    size = np.bincount(codes, weight, minlength=domains)
    squares = np.bincount(codes, weight**2, minlength=domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(size**2 / squares, dtype=float)


ANSWERS: Mapping[str, Callable[[Question], Iterable[ResultRow]]] = MappingProxyType(
    {
        "mean": means,
        "total": totals,
        "ratio": ratios,
        "proportion": proportions,
        "quantile": quantiles,
    }
)
