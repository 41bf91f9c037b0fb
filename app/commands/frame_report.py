"""What a reading of a list counted, told in lines."""

from collections.abc import Iterator, Mapping

import click

from app.commands.reporting import locale
from sampling.listing.report import ListReport
from sampling.listing.units import UnitBook

MOST_UNITS_NAMED = 20
TEXTS: Mapping[str, Mapping[str, str]] = {
    "header": {"vi": "tiêu đề ở dòng {row}", "en": "the header stands in row {row}"},
    "dossiers": {"vi": "{count} hồ sơ hợp lệ", "en": "{count} dossiers without a fault"},
    "ignored": {"vi": "cột không dùng: {names}", "en": "columns not used: {names}"},
    "faults": {"vi": "{count} lỗi", "en": "{count} faults"},
    "column": {"vi": "cột «{name}» → {target}", "en": "column «{name}» → {target}"},
    "rows": {"vi": "{count} dòng dữ liệu", "en": "{count} rows of data"},
    "notes": {
        "vi": "{count} dòng cộng, chữ ký, tiêu đề lặp lại: bỏ qua",
        "en": "{count} rows of totals, signatures, repeated headers: passed over",
    },
    "merged": {
        "vi": "{count} dòng là bước sau hoặc lặp lại của một hồ sơ: gộp",
        "en": "{count} rows are further steps or repeats of a dossier: merged",
    },
    "faulty": {"vi": "{count} dòng có lỗi", "en": "{count} rows with faults"},
    "unresolved": {
        "vi": "{count} dòng không rõ thuộc đơn vị nào",
        "en": "{count} rows whose unit is not resolved",
    },
    "test": {"vi": "{count} dòng thử phần mềm: loại", "en": "{count} rows of tests: left out"},
    "own_applicant": {
        "vi": "{count} dòng đơn vị tự nộp cho mình: loại",
        "en": "{count} rows of units as their own applicant: left out",
    },
    "staff": {
        "vi": "{count} dòng chỉ có số của cán bộ: loại",
        "en": "{count} rows with a phone of staff only: left out",
    },
    "name": {
        "vi": "không rõ đơn vị: «{name}» ({rows} dòng; {reason}{hint})",
        "en": "unit not resolved: «{name}» ({rows} rows; {reason}{hint})",
    },
    "unknown": {"vi": "không có trong danh mục", "en": "not on the list of units"},
    "partial": {
        "vi": "đơn vị cũ đã chia cho nhiều đơn vị",
        "en": "a former unit that was divided",
    },
    "ambiguous": {"vi": "nhiều đơn vị trùng tên", "en": "several units have the name"},
    "phone_ok": {"vi": "{count} số di động", "en": "{count} mobile phones"},
    "phone_landline": {"vi": "{count} số cố định", "en": "{count} landlines"},
    "phone_masked": {"vi": "{count} số bị che", "en": "{count} masked phones"},
    "phone_none": {"vi": "{count} hồ sơ không có số", "en": "{count} dossiers without a phone"},
    "phone_invalid": {"vi": "{count} số sai", "en": "{count} impossible phones"},
    "phone_staff": {"vi": "{count} hồ sơ ghi số của cán bộ", "en": "{count} with a staff phone"},
    "phone_grouped": {
        "vi": "{count} hồ sơ chỉ có nhóm số",
        "en": "{count} with the group of a phone only",
    },
    "shared": {
        "vi": "{count} số đứng ở quá nhiều hồ sơ: cần xem lại",
        "en": "{count} phones on too many dossiers: to be reviewed",
    },
    "barred_sensitive_procedure": {
        "vi": "{count} hồ sơ thủ tục nhạy cảm: không nhắn tin",
        "en": "{count} dossiers of sensitive procedures: no message",
    },
    "barred_same_business": {
        "vi": "{count} hồ sơ cùng mã số thuế: không hỏi thêm",
        "en": "{count} more dossiers of the same tax code: not asked",
    },
    "missing_due": {"vi": "{count} hồ sơ thiếu ngày hẹn trả", "en": "{count} without a due date"},
    "missing_finished": {
        "vi": "{count} hồ sơ chưa có ngày trả kết quả",
        "en": "{count} without a date of result",
    },
    "code_years": {
        "vi": "{count} mã hồ sơ mang năm khác năm tiếp nhận",
        "en": "{count} codes carry another year than the receipt",
    },
    "shortened": {
        "vi": "{count} dòng có tên thủ tục dài quá 300 ký tự: cắt bớt",
        "en": "{count} rows with a procedure of more than 300 characters: cut",
    },
    "without": {
        "vi": "{count} đơn vị không có hồ sơ nào: {names}",
        "en": "{count} units without a dossier: {names}",
    },
    "weeks": {
        "vi": "tuần không tiếp nhận hồ sơ nào (ghi thứ Hai): {names}",
        "en": "weeks without any receipt (their Mondays): {names}",
    },
    "gap": {"vi": "{name}: không có hồ sơ tháng {months}", "en": "{name}: none in {months}"},
    "written": {"vi": "đã ghi {path}", "en": "{path} was written"},
}


def said(text: str, **params: object) -> str:
    """One of the command's own lines in the reader's language."""
    return TEXTS[text][locale()].format(**params)


def tell(report: ListReport, book: UnitBook) -> None:
    """Print a report: units with their dossiers, then what needs a look."""
    for code, count in report.units.items():
        if count:
            click.echo(f"{code}\t{count}\t{book.name(code)}")
    click.echo(said("rows", count=report.rows))
    click.echo(said("dossiers", count=report.dossiers))
    for line in [*counts(report), *names(report, book), *gaps(report, book)]:
        click.echo(line)


def counts(report: ListReport) -> Iterator[str]:
    """Lines of counts that are not zero."""
    found = {
        "notes": report.notes,
        "merged": report.merged,
        **report.excluded,
        "faulty": report.faulty,
        "unresolved": report.unresolved,
        **{f"phone_{state}": count for state, count in report.phones.items()},
        "shared": report.shared_phones,
        **{f"barred_{why}": count for why, count in report.barred.items()},
        **{f"missing_{name}": count for name, count in report.missing.items()},
        "code_years": report.code_years,
        "shortened": report.shortened,
    }
    for text, count in found.items():
        if count and text in TEXTS:
            yield said(text, count=count)


def names(report: ListReport, book: UnitBook) -> Iterator[str]:
    """Names of units that were not resolved."""
    for name in report.unresolved_names:
        hint = ": " + ", ".join(map(book.name, name.candidates)) if name.candidates else ""
        yield said("name", name=name.name, rows=name.rows, reason=said(name.reason), hint=hint)


def gaps(report: ListReport, book: UnitBook) -> Iterator[str]:
    """Units, months and weeks without dossiers."""
    without = [book.name(code) for code in report.units_without]
    if without:
        more = ["…"] if len(without) > MOST_UNITS_NAMED else []
        shown = ", ".join([*without[:MOST_UNITS_NAMED], *more])
        yield said("without", count=len(without), names=shown)
    for code, months in report.gaps.items():
        yield said("gap", name=book.name(code), months=", ".join(months))
    if report.empty_weeks:
        yield said("weeks", names=", ".join(report.empty_weeks))
