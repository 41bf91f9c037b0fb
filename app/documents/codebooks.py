"""The codebook of a questionnaire as a file: what each column of the data means."""

import csv
import io
from collections.abc import Mapping

from app.documents.score_table import MARK, harmless
from app.documents.workbook import Book, Column as Wide, Number, Row, Sheet, render
from surveys.codebook import Column
from surveys.coding import codebook
from surveys.questionnaire import Questionnaire
from surveys.writing import version_hash

FIELDS = ("name", "label", "measure", "value", "option", "value_label", "missing")
Words = Mapping[str, str]

MEASURES: Mapping[str, Words] = {
    "vi": {
        "scale": "thang đo (số)",
        "nominal": "định danh (mã)",
        "mark": "đánh dấu (1/0)",
        "number": "số",
        "date": "ngày (năm-tháng-ngày)",
        "text": "chữ",
    },
    "en": {
        "scale": "scale (number)",
        "nominal": "nominal (code)",
        "mark": "mark (1/0)",
        "number": "number",
        "date": "date (year-month-day)",
        "text": "text",
    },
}
WORDS: Mapping[str, Words] = {
    "vi": {
        "title": "Sổ mã: {title} ({code}, phiên bản {version})",
        "columns": "Các cột",
        "values": "Nhãn giá trị",
        "column": "Cột",
        "label": "Nhãn",
        "measure": "Loại giá trị",
        "coded": "Giá trị",
        "options": "Mã phương án",
        "missing": "Mã phương án tính là khuyết",
        "is_missing": "khuyết",
        "hash": "Mã băm SHA-256 của phiếu: {hash}",
        "blank": "Ô trống: không được hỏi, không trả lời, hoặc chọn phương án tính là khuyết.",
        "comment": "Ý kiến góp ý không có cột: nội dung được lưu riêng, không gắn với phiếu.",
        "marked": "được chọn",
        "unmarked": "không chọn",
    },
    "en": {
        "title": "Codebook: {title} ({code}, version {version})",
        "columns": "Columns",
        "values": "Value labels",
        "column": "Column",
        "label": "Label",
        "measure": "Kind of value",
        "coded": "Value",
        "options": "Code of the option",
        "missing": "Options coded as missing",
        "is_missing": "missing",
        "hash": "SHA-256 of the questionnaire: {hash}",
        "blank": "An empty cell: not asked, not answered, or an option that is coded as missing.",
        "comment": "Comments have no column: they are kept apart, tied to no form.",
        "marked": "chosen",
        "unmarked": "not chosen",
    },
}


def value_labels(column: Column, locale: str = "vi") -> list[tuple[str, str, str]]:
    """List the values of a column.

    Returns
    -------
    list of (str, str, str)
        Value in the data ("" for missing), code of the option ("" for marks), label.
    """
    words = WORDS[locale]
    if column.measure == "mark":
        return [("1", "", words["marked"]), ("0", "", words["unmarked"])]
    return [(_value(column, code), code, label) for code, label in column.labels.items()]


def _value(column: Column, code: str) -> str:
    if code in column.missing:
        return ""
    return f"{column.values[code]:g}" if column.measure == "scale" else code


def as_csv(questionnaire: Questionnaire, locale: str = "vi") -> bytes:
    """Write a line for each value of each column, for programs: CSV in UTF-8 with its mark.

    A column without labelled values has one line; ``missing`` is 1 for what is coded as missing.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    for column in codebook(questionnaire, locale):
        writer.writerows(map(harmless, cells) for cells in lines(column, locale))
    return MARK + text.getvalue().encode()


def lines(column: Column, locale: str = "vi") -> list[tuple[str, ...]]:
    """Give a column as lines of the cells that `FIELDS` names."""
    head = (column.name, column.label, str(column.measure))
    labelled = value_labels(column, locale)
    told: list[tuple[str, ...]] = [(*head, *found, "" if found[0] else "1") for found in labelled]
    known = {code for _, code, _ in labelled}
    told += [(*head, "", code, "", "1") for code in column.missing if code not in known]
    return told or [(*head, "", "", "", "")]


def as_xlsx(questionnaire: Questionnaire, locale: str = "vi") -> bytes:
    """Write a workbook of two sheets, for people: columns, and the labels of their values."""
    words, columns = WORDS[locale], codebook(questionnaire, locale)
    title = words["title"].format(
        title=questionnaire.titles.in_language(locale),
        code=questionnaire.code,
        version=questionnaire.version,
    )
    above = [words["hash"].format(hash=version_hash(questionnaire))]
    told = Sheet(
        words["columns"],
        title,
        [
            Wide(words["column"], 24),
            Wide(words["label"], 70),
            Wide(words["measure"], 22),
            Wide(words["missing"], 26),
        ],
        [_column_row(column, locale) for column in columns],
        lines=above,
        notes=[words["blank"], words["comment"]],
        fixed=1,
    )
    values = Sheet(
        words["values"],
        title,
        [
            Wide(words["column"], 24),
            Wide(words["coded"], 12),
            Wide(words["options"], 20),
            Wide(words["label"], 70),
        ],
        [row for column in columns for row in _value_rows(column, locale)],
        lines=above,
        notes=[words["blank"]],
        fixed=1,
    )
    return render(Book(title, [told, values]))


def _column_row(column: Column, locale: str) -> Row:
    missing = ", ".join(column.missing)
    return column.name, column.label, MEASURES[locale][column.measure], missing or None


def _value_rows(column: Column, locale: str) -> list[Row]:
    return [
        (column.name, _shown(column, value, locale), code or None, label)
        for value, code, label in value_labels(column, locale)
    ]


def _shown(column: Column, value: str, locale: str) -> Number | str:
    if not value:
        return WORDS[locale]["is_missing"]
    if column.measure == "nominal":
        return value
    number = float(value)
    return Number(number, 0 if number.is_integer() else 2)
