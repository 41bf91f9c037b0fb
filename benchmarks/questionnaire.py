"""Twenty questions, as many of each kind as the skeleton asks: 15 scales, 4 choices, a comment."""

from typing import Any

GRADES = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
PERSON = {"age": 6, "sex": 4, "schooling": 5, "work": 6}
STATEMENT = "Ý {}: công chức tiếp nhận và trả kết quả đúng hẹn, lịch sự"


def document() -> dict[str, Any]:
    """Give the document of the questionnaire."""
    return {
        "code": "bench",
        "version": 1,
        "titles": _both("Phiếu đo tốc độ"),
        "intro": _both("Xin Ông/Bà cho biết ý kiến về lần làm thủ tục vừa qua."),
        "thanks": _both("Cảm ơn Ông/Bà."),
        "label": _both("Ẩn danh"),
        "factors": [{"code": "officer", "titles": _both("Công chức")}],
        "scales": [{"code": "grades", "satisfied_from": 4, "choices": _grades()}],
        "sections": [
            {
                "code": "all",
                "titles": _both("Câu hỏi"),
                "questions": [*_ratings(), _overall(), *_choices(), _comment()],
            }
        ],
    }


def _both(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def _grades() -> list[dict[str, Any]]:
    return [
        {"code": str(at), "texts": _both(text), "value": at}
        for at, text in enumerate(GRADES, start=1)
    ]


def _ratings() -> list[dict[str, Any]]:
    return [
        {
            "code": f"rating_{number}",
            "kind": "scale",
            "role": "satisfaction",
            "factor": "officer",
            "attributed_to": "receiving",
            "texts": _both(STATEMENT.format(number)),
            "required": True,
            "scale": "grades",
        }
        for number in range(1, 15)
    ]


def _overall() -> dict[str, Any]:
    return {
        "code": "overall",
        "kind": "scale",
        "role": "overall",
        "attributed_to": "both",
        "texts": _both("Nhìn chung Ông/Bà có hài lòng không?"),
        "required": True,
        "scale": "grades",
    }


def _choices() -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "kind": "single_choice",
            "role": "demographic",
            "texts": _both(f"Về Ông/Bà: {code}"),
            "choices": [
                {"code": f"c{at}", "texts": _both(f"{code} {at}")} for at in range(1, count + 1)
            ],
        }
        for code, count in PERSON.items()
    ]


def _comment() -> dict[str, Any]:
    return {
        "code": "comment",
        "kind": "long_text",
        "role": "comment",
        "texts": _both("Góp ý của Ông/Bà"),
        "max_length": 1000,
    }
