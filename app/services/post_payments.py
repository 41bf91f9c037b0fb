"""The payment file: what each batch and each carrier is paid, with living formulas.

Its words are Vietnamese, as those of the minutes it goes with.
"""

from collections.abc import Sequence

from app.documents import workbook
from app.documents.workbook import Book, Cell, Column, Formula, Number, Sheet
from app.queries.post_batches import BatchView
from app.services import post_rules
from app.vocabulary import PostBatchState

PAYABLE = frozenset({PostBatchState.RECHECKED, PostBatchState.SETTLED})
COLUMNS = (
    *(Column("Gói phiếu", 9), Column("Đơn vị thu phiếu", 30), Column("Địa bàn", 30)),
    *(Column("Ngày giao", 12), Column("Đã giao", 9), Column("Hợp lệ", 9)),
    *(Column("Đã phúc tra", 10), Column("Không đạt", 10), Column("Khoảng tin cậy 95%", 18)),
    *(Column("Thu lại cả gói", 10), Column("Được thanh toán", 11)),
    *(Column("Đơn giá (đồng)", 12), Column("Thành tiền (đồng)", 15), Column("Quyết toán", 14)),
)
BY_CARRIER = (
    *(Column("Đơn vị thu phiếu", 34), Column("Số gói", 9), Column("Đã giao", 10)),
    *(Column("Hợp lệ", 10), Column("Không đạt", 10), Column("Được thanh toán", 12)),
    Column("Thành tiền (đồng)", 16),
)
# Places of the columns that are added up, counted from 0.
SUMMED = (4, 5, 6, 7, 10, 12)
REDONE = "có"
NOTES = (
    "Được thanh toán = hợp lệ − phúc tra không đạt; bằng 0 khi phải thu lại cả gói.",
    "Thu lại cả gói: cận dưới khoảng tin cậy 95% (Clopper – Pearson) của tỷ lệ không đạt lớn hơn "
    f"{post_rules.TOLERATED:.0%}.",
    "Chỉ có những gói đã phúc tra. Không có mã hồ sơ, họ tên hay thời điểm trả lời.",
)


def as_workbook(round_name: str, trial: bool, batches: Sequence[BatchView]) -> bytes:
    """Give a workbook of the batches that were re-checked, by batch and by carrier."""
    payable = sorted(
        (batch for batch in batches if batch.state in PAYABLE),
        key=lambda batch: (batch.carrier, batch.day, batch.id),
    )
    title = "Bảng thanh toán thu phiếu qua dịch vụ bưu chính công ích"
    rows = [_row(batch) for batch in payable]
    lines = (round_name,)
    by_batch = Sheet("Theo gói", title, COLUMNS, rows, lines, [_sums(payable)], NOTES, fixed=2)
    carriers = _carriers(payable)
    foot = [_carrier_sums(carriers)]
    by_carrier = Sheet("Theo đơn vị thu phiếu", title, BY_CARRIER, carriers, lines, foot)
    return workbook.render(Book(title, [by_batch, by_carrier], trial))


def paid(batch: BatchView) -> int:
    """Count the forms of a re-checked batch that are paid for."""
    return post_rules.paid(batch.valid or 0, batch.failed or 0, batch.lower)


def _row(batch: BatchView) -> list[Cell]:
    redone = post_rules.is_redone(batch.lower)
    return [
        *(str(batch.id), batch.carrier, f"{batch.unit_name} ({batch.unit_code})"),
        f"{batch.day:%d/%m/%Y}",
        *(Number(count or 0) for count in (batch.forms, batch.valid, batch.rechecks, batch.failed)),
        interval(batch),
        REDONE if redone else "",
        Formula(f'=IF(J{{row}}="{REDONE}",0,MAX(0,F{{row}}-H{{row}}))', paid(batch)),
        Number(batch.price),
        Formula("=K{row}*L{row}", paid(batch) * batch.price),
        "đã quyết toán" if batch.state is PostBatchState.SETTLED else "chưa",
    ]


def interval(batch: BatchView) -> str:
    """Write the interval of the share that failed in per cent; a dash where there is none."""
    if batch.lower is None or batch.upper is None:
        return "–"
    ends = (f"{100 * end:.1f}".replace(".", ",") for end in (batch.lower, batch.upper))
    return "–".join(ends) + " %"


def _sums(batches: Sequence[BatchView]) -> list[Cell]:
    cells: list[Cell] = ["Cộng", *[None] * (len(COLUMNS) - 1)]
    values = [
        [batch.forms for batch in batches],
        [batch.valid or 0 for batch in batches],
        [batch.rechecks or 0 for batch in batches],
        [batch.failed or 0 for batch in batches],
        [paid(batch) for batch in batches],
        [paid(batch) * batch.price for batch in batches],
    ]
    for place, column in zip(SUMMED, values, strict=True):
        cells[place] = _sum(place, column)
    return cells


def _sum(place: int, values: Sequence[int]) -> Cell:
    letter = workbook.letter(place)
    text = f"=SUM({letter}{{first}}:{letter}{{last}})"
    return Formula(text, sum(values)) if values else Number(0)


def _carriers(batches: Sequence[BatchView]) -> list[list[Cell]]:
    """Add up by carrier; sums of another sheet stand as numbers, so that either may be sorted."""
    found: list[list[Cell]] = []
    for carrier in sorted({batch.carrier for batch in batches}):
        own = [batch for batch in batches if batch.carrier == carrier]
        numbers = (
            len(own),
            sum(batch.forms for batch in own),
            sum(batch.valid or 0 for batch in own),
            sum(batch.failed or 0 for batch in own),
            sum(paid(batch) for batch in own),
            sum(paid(batch) * batch.price for batch in own),
        )
        found.append([carrier, *map(Number, numbers)])
    return found


def _carrier_sums(rows: Sequence[Sequence[Cell]]) -> list[Cell]:
    sums: list[Cell] = ["Cộng"]
    for place in range(1, len(BY_CARRIER)):
        values = [int(cell.value) for row in rows if isinstance(cell := row[place], Number)]
        sums.append(_sum(place, values))
    return sums
