"""Published indexes and estimates as workbooks that officials print and calculate in.

Their words are Vietnamese, as those of the decision they go with.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

from app import exact
from app.clock import LOCAL
from app.documents import workbook
from app.documents.workbook import Book, Cell, Column, Formula, Number, Remark, Row, Sheet, letter
from app.queries import estimations, results
from app.queries.estimation_results import (
    OVERALL,
    TOP_TWO,
    EstimationResults,
    Factor,
    FigureState,
    Part,
    PartLevel,
    to_json,
)
from app.queries.estimations import EstimationView
from app.queries.index_document import Group, IndexDocument, SurveyPin, Unit
from app.queries.results import ResultHead
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError, WrongStateError
from app.services.result_files import NO_BAND
from app.texts import N_

TOO_FEW = "chưa đủ số phiếu để công bố"
AUDIENCES = {"citizen": "người dân", "business": "doanh nghiệp"}
GROUPS = {"departments": "Sở, ban, ngành", "communes": "Xã, phường, đặc khu"}
LEVELS = {PartLevel.UNIT: "Đơn vị", PartLevel.GROUP: "Nhóm", PartLevel.ROUND: "Toàn đợt"}
POINT_DECIMALS, SHARE_DECIMALS = 2, 1
MARGIN = (
    "±: biên sai số ở mức tin cậy 95 %, tính bằng điểm phần trăm. % hài lòng: bình quân theo người "
    "trả lời của tỷ lệ mục được đánh giá hài lòng trở lên."
)


def published(head: ResultHead, address: str) -> bytes:
    """Write the workbook of a published index; the same result gives the same bytes.

    Parameters
    ----------
    address : str
        Where the site is reached, for the links that tell how to check.

    Raises
    ------
    NotFoundError
        If it is not published.
    WrongStateError
        If the estimates are no longer those that the index was merged from.
    """
    return _published(head.id, head.hash, address)


@lru_cache(maxsize=16)
def _published(result_id: int, _hash: str, address: str) -> bytes:
    view = results.published_result(result_id)
    if view is None:
        raise NotFoundError()
    document = view.document
    ranked = [group for group in document.groups if document.ranking(group.code)]
    sheets = [
        *(ranking(document, group) for group in ranked),
        fields(document, ranked),
        *(
            survey(run_of(pin), AUDIENCES.get(pin.audience, pin.audience))
            for pin in document.pins.surveys
        ),
        sources(document, view.head, address),
    ]
    return workbook.render(Book(document.name, sheets))


def run_of(pin: SurveyPin) -> EstimationResults:
    """Read the run of estimates that an index names, unchanged."""
    run = estimations.estimation(pin.estimation_id)
    if run is None or exact.canonical_hash(to_json(run.results)) != pin.results_hash:
        raise WrongStateError(N_("The estimates were changed after the index was merged."))
    return run.results


def estimates(found: RoundView, run: EstimationView) -> bytes:
    """Write the workbook of a run of estimates, marked THỬ NGHIỆM for a dry run."""
    title = f"Kết quả khảo sát: {found.name}"
    rows = [
        ("Đợt khảo sát", found.name),
        ("Năm", str(found.year)),
        ("Bộ câu hỏi (SHA-256)", run.results.questionnaire_hash),
        ("Lần ước lượng", str(run.id)),
        ("Thời điểm ước lượng", f"{run.created_at.astimezone(LOCAL):%d/%m/%Y %H:%M}"),
        ("Dữ liệu đầu vào (SHA-256)", run.inputs_hash),
        ("Hộp phiếu chưa mở", str(run.results.sealed)),
        ("Phiếu đã khai mất", str(run.results.lost)),
    ]
    dry = found.dry_run or run.results.dry_run
    return workbook.render(
        Book(title, [survey(run.results, "", title), facts("Nguồn", rows)], trial=dry)
    )


def ranking(document: IndexDocument, group: Group) -> Sheet:
    """Lay out the ranking of a group; total, percent and mean are formulas."""
    columns = (
        *(Column("Hạng", 7), Column("Mã", 10), Column("Đơn vị", 38)),
        *(Column("Kết quả (%)", 11), Column("Xếp loại", 14), Column("Tổng điểm", 11)),
        *(Column("Điểm tối đa", 11), Column("Điểm trực tiếp", 11), Column("Điểm điều tra", 11)),
        *(Column("Điểm thưởng", 11), Column("Điểm trừ", 11)),
    )
    units = document.ranking(group.code)
    foot: list[Row] = []
    if group.mean_percent is not None:
        mean = Formula("=AVERAGE(D{first}:D{last})", float(group.mean_percent), group.decimals)
        foot = [[None, None, "Trung bình nhóm", mean, *[None] * (len(columns) - 4)]]
    return Sheet(
        name=f"Xếp hạng - {group.title}",
        title=f"{document.name}: {group.title}",
        lines=(f"{len(units)} đơn vị. Xếp hạng theo tỷ lệ trước khi làm tròn.",),
        columns=columns,
        rows=[standing(unit, group.decimals) for unit in units],
        foot=foot,
        notes=(
            "Tổng điểm = điểm trực tiếp + điểm điều tra + điểm thưởng − điểm trừ. "
            "Kết quả = 100 × tổng điểm ÷ điểm tối đa của các tiêu chí áp dụng cho đơn vị.",
        ),
        fixed=3,
    )


def standing(unit: Unit, decimals: int) -> Row:
    """Write the line of a unit in its ranking."""
    points = (unit.direct, unit.survey, unit.bonus, unit.penalty)
    return [
        Number(unit.rank),
        unit.code,
        unit.name,
        Formula("=100*F{row}/G{row}", float(unit.percent), decimals),
        unit.band or NO_BAND,
        Formula("=H{row}+I{row}+J{row}-K{row}", float(unit.total), POINT_DECIMALS),
        *(Number(float(value), POINT_DECIMALS) for value in (unit.max_applicable, *points)),
    ]


def fields(document: IndexDocument, groups: Sequence[Group]) -> Sheet:
    """Lay out the points of every unit in every field."""
    first, last = letter(3), letter(2 + len(document.fields))
    bonus, penalty = letter(3 + len(document.fields)), letter(4 + len(document.fields))
    total = f"=SUM({first}{{row}}:{last}{{row}})+{bonus}{{row}}-{penalty}{{row}}"
    rows: list[Row] = [
        [
            group.title,
            unit.code,
            unit.name,
            *points(unit.fields[field.code] for field in document.fields),
            *points((unit.bonus, unit.penalty)),
            Formula(total, float(unit.total), POINT_DECIMALS),
        ]
        for group in groups
        for unit in document.ranking(group.code)
    ]
    return Sheet(
        name="Điểm theo lĩnh vực",
        title=f"{document.name}: điểm theo lĩnh vực",
        columns=(
            *(Column("Nhóm", 18), Column("Mã", 10), Column("Đơn vị", 34)),
            *(Column(f"{field.code}. {field.title}", 13) for field in document.fields),
            *(Column("Điểm thưởng", 10), Column("Điểm trừ", 10), Column("Tổng điểm", 10)),
        ),
        rows=rows,
        fixed=3,
    )


def points(values: Iterable[Fraction]) -> list[Cell]:
    """Write points as numbers."""
    return [Number(float(value), POINT_DECIMALS) for value in values]


def survey(found: EstimationResults, audience: str, title: str = "") -> Sheet:
    """Lay out a run of estimates; what may not be told is said in words."""
    factors = sorted(found.factors, key=lambda factor: factor.code != OVERALL)
    measured = [
        column
        for factor in factors
        for column in (Column(f"{title_of(factor)} (%)", 13), Column("±", 8))
    ]
    asked = f" ({audience})" if audience else ""
    return Sheet(
        name=f"Khảo sát - {audience}" if audience else "Khảo sát",
        title=title or f"Kết quả khảo sát{asked}",
        columns=(
            *(Column("Cấp", 10), Column("Mã", 10), Column("Đơn vị", 34), Column("Hồ sơ", 9)),
            *(Column("Được chọn", 9), Column("Phiếu", 8), *measured),
        ),
        rows=[estimated(part, factors) for part in found.parts],
        notes=(
            MARGIN,
            f"“{TOO_FEW}”: dưới {found.disclosure_n} phiếu, hoặc số phiếu hiệu dụng dưới "
            f"{found.effective_n}.",
        ),
        fixed=3,
    )


def title_of(factor: Factor) -> str:
    """Name a factor in Vietnamese."""
    if factor.code == OVERALL:
        return "Hài lòng chung"
    return factor.titles.get("vi") or next(iter(factor.titles.values()))


def estimated(part: Part, factors: Sequence[Factor]) -> Row:
    """Write the line of a unit, a group or the round."""
    counted = part.answers.isdigit()
    answers: Cell = Number(int(part.answers)) if counted else Remark(part.answers, "right")
    cells: list[Cell] = [
        LEVELS[part.level],
        "" if part.level is PartLevel.GROUP else part.code,
        GROUPS.get(part.name, part.name) or LEVELS[part.level],
        Number(part.dossiers),
        Number(part.drawn),
        answers,
    ]
    for factor in factors:
        figure = part.figure(factor.code)
        quantity = figure.quantity(TOP_TWO) if figure else None
        if figure is None or quantity is None or figure.state is not FigureState.SHOWN:
            cells += [Remark(TOO_FEW), None]
            continue
        margin = quantity.margin
        cells += [
            Number(float(quantity.percent), SHARE_DECIMALS),
            None if margin is None else Number(float(margin), SHARE_DECIMALS),
        ]
    return cells


def sources(document: IndexDocument, head: ResultHead, address: str) -> Sheet:
    """Say what the index was made from and how anybody can check it."""
    page = f"{address}/public/{head.id}"
    day = f"{head.published_at.astimezone(LOCAL):%d/%m/%Y}" if head.published_at else ""
    rows = [
        ("Chỉ số", document.name),
        ("Năm", str(document.year)),
        ("Ngày công bố", day),
        ("Bộ tiêu chí", document.criteria_name),
        ("Quyết định ban hành bộ tiêu chí", document.decision or "–"),
        ("Phiên bản kết quả", str(head.version)),
        ("Phiên bản phần mềm", document.pins.program),
        ("Kết quả, tệp JSON (SHA-256)", head.hash),
        ("Bộ tiêu chí (SHA-256)", document.pins.criteria_hash),
        ("Bảng điểm (SHA-256)", document.pins.scores_hash),
    ]
    for pin in document.pins.surveys:
        asked = AUDIENCES.get(pin.audience, pin.audience)
        rows += [
            (f"Khảo sát {asked}: câu trả lời (SHA-256)", pin.inputs_hash),
            (f"Khảo sát {asked}: kết quả ước lượng (SHA-256)", pin.results_hash),
            (f"Khảo sát {asked}: bộ câu hỏi (SHA-256)", pin.questionnaire_hash),
            (f"Khảo sát {asked}: rút mẫu công khai", f"{address}/public/draws/{pin.round_id}"),
        ]
    rows += [
        ("Trang công bố", page),
        (
            "Cách kiểm tra",
            f"Tải {page}/index.json: SHA-256 của tệp phải đúng bằng mã ở trên. Tệp đó giữ mọi "
            "điểm, tỷ lệ và quy tắc, không làm tròn, nên ai cũng tính lại được từng tổng trong "
            "bảng này.",
        ),
    ]
    return facts("Nguồn", rows, f"{document.name}: nguồn số liệu và cách kiểm tra")


def facts(name: str, rows: Sequence[tuple[str, str]], title: str = "") -> Sheet:
    """Lay out names and values."""
    columns = (Column("Mục", 44), Column("Nội dung", 88))
    return Sheet(name=name, title=title or name, columns=columns, rows=rows)
