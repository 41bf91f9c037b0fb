"""A question wrapped into the least document that can hold it."""

from typing import Any

from surveys.questionnaire import Question
from surveys.reading import read_questionnaire

Document = dict[str, Any]


def words(vi: str, en: str = "", **others: str) -> dict[str, str]:
    """Give a text in Vietnamese and English, and in other languages."""
    return {"vi": vi, "en": en or vi, **others}


def choice(code: str, **more: Any) -> Document:
    return {"code": code, "texts": words(f"Phương án {code}", f"Option {code}"), **more}


def choices(codes: str, apart: str = "") -> list[Document]:
    """Give an option for each letter; those of `apart` are exclusive."""
    return [choice(code) for code in codes] + [choice(code, exclusive=True) for code in apart]


def scale(length: int, code: str = "levels", satisfied_from: int = 2) -> Document:
    options = [choice(str(level), value=level) for level in range(1, length + 1)]
    return {"code": code, "satisfied_from": satisfied_from, "choices": options}


def asked(kind: str, code: str = "q", **more: Any) -> Document:
    """Give a question of a kind, asked for no rating."""
    role = {} if kind in ("information", "matrix") else {"role": "circumstance"}
    texts = words("Câu hỏi", "Question")
    return {"code": code, "kind": kind, **role, "texts": texts, **more}


def document(*questions: Document, **more: Any) -> Document:
    """Wrap questions into a document of one section."""
    return {
        "code": "small",
        "version": 1,
        "titles": words("Phiếu thử", "Test form"),
        "intro": words("Xin chào", "Hello"),
        "thanks": words("Cảm ơn", "Thank you"),
        "label": words("Ẩn danh", "Anonymous"),
        "sections": [
            {"code": "main", "titles": words("Phần một", "Part one"), "questions": [*questions]}
        ],
        **more,
    }


def question(kind: str, **more: Any) -> Question:
    """Read one question of a kind."""
    scales = {"scales": [scale(3)]} if "scale" in more else {}
    found = read_questionnaire(document(asked(kind, **more), **scales)).question("q")
    assert found is not None
    return found
