"""Print runs and their reconciliation as tables for spreadsheets.

Their words are Vietnamese, as those of the minutes they go with.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date

from app.clock import LOCAL
from app.documents import workbook
from app.documents.workbook import Book, Cell, Column, Formula, Number, Sheet
from app.queries.slip_runs import RunView
from app.services.result_files import harmless

COLUMNS = (
    Column("Mã đơn vị", 12),
    Column("Đơn vị", 34),
    Column("Điểm phát phiếu", 30),
    Column("Ngày phát", 12),
    Column("Số lần in", 10),
    Column("Đã in", 9),
    Column("Đã phát", 9),
    Column("Trả lại", 9),
    Column("Hỏng, huỷ", 9),
    Column("Thiếu (−: thừa)", 10),
    Column("Đối chiếu", 20),
    Column("Người đối chiếu", 24),
    Column("Ghi chú", 40),
)
FIRST_NUMBER = 5
OPEN, LATE = "chưa đối chiếu", "quá hạn, chưa đối chiếu"


def as_csv(runs: Sequence[RunView], today: date) -> bytes:
    """Give one row for each run, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.label for column in COLUMNS])
    for run in runs:
        words, numbers, more = _cells(run, today)
        counted = ["" if number is None else str(number) for number in numbers]
        writer.writerow([*map(harmless, words), *counted, *map(harmless, more)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_workbook(round_name: str, trial: bool, runs: Sequence[RunView], today: date) -> bytes:
    """Give a workbook with a row for each run and their sums."""
    rows = [_row(*_cells(run, today)) for run in runs]
    title = "Đối chiếu phiếu mời khảo sát"
    sheet = Sheet("Phiếu mời", title, COLUMNS, rows, (round_name,), [_sums(runs)], fixed=2)
    return workbook.render(Book(title, [sheet], trial))


def _cells(run: RunView, today: date) -> tuple[list[str], list[int | None], list[str]]:
    words = [run.unit_code, run.unit_name, run.counter_name, f"{run.day:%d/%m/%Y}", str(run.id)]
    numbers = [run.printed, run.handed, run.returned, run.spoiled, run.missing]
    when = run.closed_at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M") if run.closed_at else ""
    state = when or (LATE if run.late(today) else OPEN)
    return words, numbers, [state, run.closer, run.note]


def _row(words: list[str], numbers: list[int | None], more: list[str]) -> list[Cell]:
    counted = [None if number is None else Number(number) for number in numbers]
    return [*words, *counted, *more]


def _sums(runs: Sequence[RunView]) -> list[Cell]:
    """Sum each column of numbers; what is not counted yet counts for nothing."""
    columns = zip(
        *((r.printed, r.handed, r.returned, r.spoiled, r.missing) for r in runs), strict=True
    )
    sums = [sum(number or 0 for number in column) for column in columns] or [0] * 5
    cells: list[Cell] = ["Cộng", None, None, None, None]
    for place, value in enumerate(sums, start=FIRST_NUMBER):
        letter = workbook.letter(place)
        cells.append(
            Formula(f"=SUM({letter}{{first}}:{letter}{{last}})", value) if runs else Number(0)
        )
    return [*cells, None, None, None]
