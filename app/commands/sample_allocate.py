"""`khaosat sample allocate`: share a sample out among strata, or find the cheapest that will do."""

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from app.commands.reporting import locale, print_json
from app.commands.sample_demands import asked_of, column, demand_rows, tell_demands, variable_word
from app.commands.sample_strata import (
    INPUT,
    OUTPUT,
    refusing,
    sound_strata,
    tell,
    total_word,
    write_with,
)
from sampling import shares
from sampling.bethel import Cheapest, cheapest
from sampling.demands import Demand
from sampling.sharing import Bounds, bounds, shared_out
from sampling.size import normal_quantile
from sampling.strata_table import Strata
from sampling.stratified import standard_error

Counts = NDArray[np.int64]
HAIR = 1e-9
SUMS = ("N", "n", "answers", "cost")
RULES = ("proportional", "equal", "sqrt", "neyman", "optimal", "power")
HEADINGS = {
    "vi": {
        "stratum": "Tầng",
        "N": "Số hồ sơ",
        "n": "Cỡ mẫu",
        "answers": "Phiếu dự kiến",
        "fraction": "Tỷ lệ chọn",
        "cost": "Chi phí",
    },
    "en": {
        "stratum": "Stratum",
        "N": "Dossiers",
        "n": "Sample",
        "answers": "Answers expected",
        "fraction": "Sampling fraction",
        "cost": "Cost",
    },
}
PRECISION = {
    "vi": {"variable": "Biến", "se": "Sai số chuẩn dự kiến", "margin": "Biên sai số dự kiến"},
    "en": {
        "variable": "Variable",
        "se": "Standard error expected",
        "margin": "Margin of error expected",
    },
}


@click.command("allocate")
@click.argument("strata_path", metavar="STRATA.csv", type=INPUT)
@click.option("--n", "n", type=click.IntRange(min=0), help="Tổng cỡ mẫu cần chia.")
@click.option(
    "--method",
    type=click.Choice(RULES),
    default="proportional",
    show_default=True,
    help="Cách chia: theo quy mô, đều, căn bậc hai, Neyman, theo chi phí, luỹ thừa (Bankier).",
)
@click.option("--variable", default="", help="Biến x của các cột sd_x, share_x, mean_x.")
@click.option("--power", "exponent", type=float, default=0.5, show_default=True, help="Số mũ.")
@click.option("--cv", "cvs", multiple=True, metavar="x=0.05", help="Hệ số biến thiên tối đa.")
@click.option("--margin", "margins", multiple=True, metavar="x=0.03", help="Sai số cho phép.")
@click.option("--by", "domain", help="Cột miền: yêu cầu phải đạt ở từng miền.")
@click.option("--min", "minimum", type=click.IntRange(min=0), default=0, help="Tối thiểu mỗi tầng.")
@click.option("--max", "maximum", type=click.IntRange(min=0), help="Tối đa mỗi tầng.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Độ tin cậy.")
@click.option("--no-fpc", is_flag=True, help="Không hiệu chỉnh tổng thể hữu hạn.")
@click.option("--out", type=OUTPUT, metavar="TEP.csv", help="Ghi bảng kèm cột n.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả hoặc lỗi dạng JSON.")
def allocate(
    strata_path: Path,
    n: int | None,
    method: str,
    variable: str,
    exponent: float,
    cvs: tuple[str, ...],
    margins: tuple[str, ...],
    domain: str | None,
    minimum: int,
    maximum: int | None,
    confidence: float,
    no_fpc: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Phân bổ mẫu cho các tầng của bảng STRATA (cột stratum, N và các cột tuỳ chọn).

    Với --n: chia một cỡ mẫu theo --method. Với --cv hoặc --margin: tìm mẫu rẻ nhất (nhỏ nhất khi
    không có cột cost) đạt mọi yêu cầu, theo Bethel. Các cột min, max, take_all giới hạn từng tầng.
    """
    if (n is None) == (not cvs and not margins):
        raise click.UsageError("chọn --n, hoặc --cv/--margin (choose --n, or --cv/--margin)")
    strata = sound_strata(strata_path, as_json=as_json)
    with refusing(as_json=as_json):
        limits = limits_of(strata, minimum, maximum)
        rates = np.ones(strata.sizes.size) if strata.responses is None else strata.responses
        z, finite = normal_quantile(confidence), not no_fpc
        if n is not None:
            drawn = shared_out(shares_of(strata, method, variable, exponent), n, limits)
            found: dict[str, Any] = {"method": method}
        else:
            asked = asked_of(strata, cvs, margins, domain, confidence)
            best = cheapest_answers(strata, asked, limits, rates, finite=finite)
            drawn = np.minimum(limits.upper, np.ceil(best.whole / rates - HAIR).astype(np.int64))
            rows = demand_rows(asked, best, finite=finite)
            found = {"method": "bethel", "gap": best.gap, "demands": rows}
        document = {**found, **outcome(strata, drawn, drawn * rates, z, finite=finite)}
    if out is not None:
        write_with(out, strata_path, strata, drawn.tolist())
    report(document, as_json=as_json)


def limits_of(strata: Strata, minimum: int, maximum: int | None) -> Bounds:
    """Put the limits of the table and those of the options together; the narrower ones hold."""
    least = np.maximum(strata.least, minimum)
    most = strata.most if maximum is None else np.minimum(strata.most, maximum)
    # A cap for all is not meant for strata that are asked whole.
    most = np.where(strata.take_all, strata.sizes, most)
    return bounds(strata.sizes, least, most, strata.take_all)


def shares_of(strata: Strata, method: str, variable: str, exponent: float) -> NDArray[np.float64]:
    """Shares by the rule that was asked for."""
    if method == "equal":
        return shares.equal(strata.sizes)
    if method == "sqrt":
        return shares.root(strata.sizes)
    if method == "proportional":
        return shares.proportional(strata.sizes)
    deviations = column(strata.deviations, "sd", variable)
    if method == "neyman":
        return shares.neyman(strata.sizes, deviations)
    if method == "power":
        means = column(strata.means, "mean", variable)
        return shares.power(strata.sizes, deviations, means, exponent)
    if strata.costs is None:
        raise click.UsageError("--method optimal: cần cột cost (a column cost is needed)")
    return shares.optimal(strata.sizes, deviations, strata.costs)


def cheapest_answers(
    strata: Strata,
    asked: Sequence[Demand],
    limits: Bounds,
    rates: NDArray[np.float64],
    *,
    finite: bool,
) -> Cheapest:
    """Find the cheapest numbers of answers; the limits of dossiers count by the response."""
    upper = np.floor(limits.upper * rates + HAIR)
    lower = np.minimum(np.ceil(limits.lower * rates - HAIR), upper)
    return cheapest(strata.sizes, asked, strata.costs, minimum=lower, maximum=upper, finite=finite)


def outcome(
    strata: Strata, drawn: Counts, answers: NDArray[np.float64], z: float, *, finite: bool
) -> dict[str, Any]:
    """Sizes, sums and the precision of every variable."""
    costs = strata.costs
    rows = [
        {
            "stratum": label,
            "N": int(strata.sizes[at]),
            "n": int(drawn[at]),
            "answers": float(answers[at]),
            "fraction": float(drawn[at] / strata.sizes[at]) if strata.sizes[at] else None,
            "cost": None if costs is None else float(answers[at] * costs[at]),
        }
        for at, label in enumerate(strata.labels)
    ]
    errors = {
        variable_word(variable): standard_error(strata.sizes, deviations, answers, finite=finite)
        for variable, deviations in strata.deviations.items()
    }
    return {
        "strata": rows,
        "N": int(strata.sizes.sum()),
        "n": int(drawn.sum()),
        "answers": float(answers.sum()),
        "cost": None if costs is None else float(answers @ costs),
        "precision": [
            {"variable": name, "se": known(error), "margin": known(z * error)}
            for name, error in errors.items()
        ],
    }


def known(value: float) -> float | None:
    """Leave out what does not exist."""
    return value if isfinite(value) else None


def report(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an allocation."""
    if as_json:
        print_json(document)
        return
    total = {"stratum": total_word(), **{key: document[key] for key in SUMS}}
    total["fraction"] = total["n"] / total["N"] if total["N"] else None
    tell([*document["strata"], total], HEADINGS[locale()])
    if "demands" in document:
        tell_demands(document["demands"])
    if document["precision"]:
        tell(document["precision"], PRECISION[locale()])
