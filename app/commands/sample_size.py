"""`khaosat sample size`: how many to ask, for one population or for every stratum of a table."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from app.commands.reporting import locale, print_json, stop_over
from app.commands.sample_strata import (
    INPUT,
    OUTPUT,
    refusing,
    sound_strata,
    tell,
    total_word,
    write_with,
)
from sampling.precision import margin_of_mean, margin_of_proportion
from sampling.quotas import dossiers_for, fixed_quotas
from sampling.size import Interval, Size, mean, proportion, yamane
from sampling.strata_table import Strata, still_faults

STEPS = {
    "vi": {
        "simple": "Ngẫu nhiên đơn, tổng thể vô hạn",
        "corrected": "Sau hiệu chỉnh tổng thể hữu hạn",
        "answers": "Nhân hệ số thiết kế: số phiếu cần thu",
        "invited": "Chia tỷ lệ trả lời: số hồ sơ cần mời",
        "dossiers": "Làm tròn lên",
        "yamane": "Để so sánh, công thức Yamane",
    },
    "en": {
        "simple": "Simple random sample, population without end",
        "corrected": "After the finite population correction",
        "answers": "Times the design effect: answers needed",
        "invited": "Over the response rate: dossiers to invite",
        "dossiers": "Rounded up",
        "yamane": "For comparison, Yamane's formula",
    },
}
HEADINGS = {
    "vi": {
        "stratum": "Tầng",
        "N": "Số hồ sơ",
        "n": "Cỡ mẫu",
        "answers": "Phiếu dự kiến",
        "margin": "Biên sai số",
    },
    "en": {
        "stratum": "Stratum",
        "N": "Dossiers",
        "n": "Sample",
        "answers": "Answers expected",
        "margin": "Margin of error",
    },
}


@dataclass(frozen=True)
class Wish:
    """What is asked of a size, for a population or, where a table is silent, for its strata."""

    share: float
    deviation: float | None
    confidence: float
    design_effect: float
    response_rate: float
    interval: Interval

    def size(self, population: int | None, margin: float) -> Size:
        """Answers and invitations for a margin."""
        rest = {
            "confidence": self.confidence,
            "design_effect": self.design_effect,
            "response_rate": self.response_rate,
        }
        if self.deviation is not None:
            return mean(population, margin, deviation=self.deviation, **rest)
        return proportion(population, margin, share=self.share, interval=self.interval, **rest)

    def margin(self, answers: float, population: int) -> float | None:
        """Margin that answers give; None where nothing can be said."""
        rest = {"confidence": self.confidence, "design_effect": self.design_effect}
        if self.deviation is not None:
            found = margin_of_mean(answers, population, deviation=self.deviation, **rest)
        else:
            found = margin_of_proportion(answers, population, share=self.share, **rest)
        return found if isfinite(found) else None


@click.command("size")
@click.argument("strata_path", metavar="[STRATA.csv]", type=INPUT, required=False)
@click.option("--population", type=click.IntRange(min=0), help="Tổng số hồ sơ, khi không có bảng.")
@click.option("--margin", type=float, help="Sai số cho phép, ví dụ 0.05.")
@click.option("--answers", type=click.IntRange(min=0), help="Số phiếu tối thiểu của mỗi tầng.")
@click.option("--quota", "quotas", multiple=True, metavar="LOẠI=SỐ", help="Chỉ tiêu theo loại.")
@click.option("--share", type=float, default=0.5, show_default=True, help="Tỷ lệ dự kiến.")
@click.option("--sd", type=float, help="Độ lệch chuẩn dự kiến, khi đo điểm trung bình.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Độ tin cậy.")
@click.option("--deff", type=float, default=1.0, show_default=True, help="Hệ số thiết kế.")
@click.option("--response", type=float, default=1.0, show_default=True, help="Tỷ lệ trả lời.")
@click.option(
    "--interval",
    type=click.Choice(["wald", "wilson"]),
    default="wald",
    show_default=True,
    help="Khoảng tin cậy của tỷ lệ.",
)
@click.option("--out", type=OUTPUT, metavar="TEP.csv", help="Ghi bảng kèm cột n.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả hoặc lỗi dạng JSON.")
def size(
    strata_path: Path | None,
    population: int | None,
    margin: float | None,
    answers: int | None,
    quotas: tuple[str, ...],
    share: float,
    sd: float | None,
    confidence: float,
    deff: float,
    response: float,
    interval: Interval,
    out: Path | None,
    as_json: bool,
) -> None:
    """Cỡ mẫu: cho một tổng thể, hoặc cho từng tầng của bảng STRATA.

    Bảng có cột stratum và N; các cột share, sd, deff, response (nếu có) thay cho tuỳ chọn cùng
    tên, cột kind là loại đơn vị cho --quota.
    """
    wish = Wish(share, sd, confidence, deff, response, interval)
    if (margin is not None) + (answers is not None) + bool(quotas) != 1:
        raise click.UsageError("chọn một trong --margin, --answers, --quota (choose one)")
    if strata_path is None:
        if margin is None or out is not None:
            raise click.UsageError("không có bảng thì dùng --margin (without a table: --margin)")
        with refusing(as_json=as_json):
            tell_steps(one_population(wish, population, margin), as_json=as_json)
        return
    if population is not None:
        raise click.UsageError("--population: bảng đã có cột N (the table has N)")
    strata = sound_strata(strata_path, as_json=as_json)
    still = still_faults(strata.columns)
    if still:
        stop_over(strata_path, still, as_json=as_json)
    table = quota_table(quotas)
    with refusing(as_json=as_json):
        n = sizes_of(strata, wish, margin, answers, table)
        rows = [row_of(strata, wish, place, int(n[place])) for place in range(n.size)]
    if out is not None:
        write_with(out, strata_path, strata, n.tolist())
    tell_rows(rows, as_json=as_json)


def one_population(wish: Wish, population: int | None, margin: float) -> dict[str, Any]:
    """Work a size out step by step."""
    found = wish.size(population, margin)
    document: dict[str, Any] = {**asdict(found), "dossiers": found.dossiers(population)}
    if population is not None and wish.deviation is None:
        document["yamane"] = yamane(population, margin)
    return document


def tell_steps(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the steps of a size."""
    if as_json:
        print_json(document)
        return
    for key, words in STEPS[locale()].items():
        if key in document:
            value = document[key]
            click.echo(f"{words}\t{value if isinstance(value, int) else f'{value:.2f}'}")


def quota_table(quotas: tuple[str, ...]) -> dict[str, int]:
    """Read quotas of the form kind=number."""
    table = {}
    for quota in quotas:
        kind, sign, number = quota.rpartition("=")
        if not sign or not number.isdecimal():
            raise click.UsageError(f"--quota {quota}: viết LOẠI=SỐ (write KIND=NUMBER)")
        table[kind] = int(number)
    return table


def sizes_of(
    strata: Strata, wish: Wish, margin: float | None, answers: int | None, table: Mapping[str, int]
) -> NDArray[np.int64]:
    """Dossiers to draw in every stratum, by whichever wish was told."""
    if table:
        if "kind" not in strata.columns.names:
            raise click.UsageError("--quota: cần cột kind (a column kind is needed)")
        return fixed_quotas(strata.columns.labels("kind").tolist(), strata.sizes, table)
    if answers is not None:
        rates = wish.response_rate if strata.responses is None else strata.responses
        return dossiers_for(answers, rates, strata.sizes)
    assert margin is not None
    populations = strata.sizes.tolist()
    found = [own(strata, wish, at).size(N, margin).dossiers(N) for at, N in enumerate(populations)]
    return np.array(found, dtype=np.int64)


def own(strata: Strata, wish: Wish, place: int) -> Wish:
    """Take what the table says of a stratum in place of the options."""

    def told(column: NDArray[np.float64] | None, otherwise: Any) -> Any:
        return otherwise if column is None else float(column[place])

    names = strata.columns.names
    share = strata.columns.numbers("share") if "share" in names else None
    return Wish(
        share=told(share, wish.share),
        deviation=told(strata.deviations.get("") if "sd" in names else None, wish.deviation),
        confidence=wish.confidence,
        design_effect=told(strata.effects, wish.design_effect),
        response_rate=told(strata.responses, wish.response_rate),
        interval=wish.interval,
    )


def row_of(strata: Strata, wish: Wish, place: int, n: int) -> dict[str, Any]:
    """Tell one stratum's size and what it gives."""
    asked, population = own(strata, wish, place), int(strata.sizes[place])
    answers = n * asked.response_rate
    return {
        "stratum": strata.labels[place],
        "N": population,
        "n": n,
        "answers": answers,
        "margin": asked.margin(answers, population) if population else None,
    }


def tell_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print the strata and their sums."""
    sums = {key: sum(row[key] for row in rows) for key in ("N", "n", "answers")}
    if as_json:
        print_json({"strata": rows, **sums})
    else:
        tell([*rows, {"stratum": total_word(), **sums, "margin": None}], HEADINGS[locale()])
