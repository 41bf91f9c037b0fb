"""A form of twenty questions with every kind in it, worded as a real one."""

from surveys.reading import read_questionnaire
from tests.questionnaires.small import words

LEVELS = (
    ("Rất không hài lòng", "Very dissatisfied"),
    ("Không hài lòng", "Dissatisfied"),
    ("Bình thường", "Neither"),
    ("Hài lòng", "Satisfied"),
    ("Rất hài lòng", "Very satisfied"),
)
NO_OPINION = {
    "code": "no_opinion",
    "texts": words("Không có ý kiến", "No opinion"),
    "exclusive": True,
}
CUSTOM = {"role": "circumstance"}
RATED = {
    "role": "satisfaction",
    "factor": "service",
    "attributed_to": "receiving",
    "required": True,
}


def named(**options):
    """Options by code, each with its Vietnamese wording."""
    return [{"code": code, "texts": words(vi)} for code, vi in options.items()]


def rated(code, vi):
    return {"code": code, "kind": "scale", "scale": "five", "texts": words(vi), **RATED}


def row(code, vi):
    return {"code": code, "texts": words(vi), **RATED}


DOCUMENT = {
    "code": "every_kind",
    "version": 1,
    "titles": words("Khảo sát việc giải quyết thủ tục đất đai", "Survey on land procedures"),
    "intro": words(
        "Xin Ông/Bà dành khoảng năm phút. Câu trả lời không ghi tên Ông/Bà.",
        "Please take about five minutes. Your name is not recorded.",
    ),
    "thanks": words("Trân trọng cảm ơn Ông/Bà.", "Thank you."),
    "label": words("Ẩn danh", "Anonymous"),
    "factors": [{"code": "service", "titles": words("Sự phục vụ", "Service")}],
    "scales": [
        {
            "code": "five",
            "satisfied_from": 4,
            "choices": [
                *(
                    {"code": str(value), "texts": words(*level), "value": value}
                    for value, level in enumerate(LEVELS, start=1)
                ),
                NO_OPINION,
            ],
        }
    ],
    "sections": [
        {
            "code": "dossier",
            "titles": words("Về hồ sơ", "About the dossier"),
            "questions": [
                {
                    "code": "note",
                    "kind": "information",
                    "texts": words(
                        "Các câu sau hỏi về hồ sơ gần nhất mà Ông/Bà đã nộp.\n"
                        "Nếu không nhớ chính xác, xin ghi gần đúng.",
                        "The next questions are about your latest dossier.\n"
                        "If you do not remember exactly, an estimate will do.",
                    ),
                },
                {
                    "code": "in_person",
                    "kind": "yes_no",
                    "required": True,
                    "texts": words(
                        "Ông/Bà có trực tiếp làm thủ tục này không?",
                        "Did you do this procedure yourself?",
                    ),
                    **CUSTOM,
                },
                {
                    "code": "submitted",
                    "kind": "date",
                    "min": "2020-01-01",
                    "not_future": True,
                    "texts": words("Ông/Bà nộp hồ sơ ngày nào?", "When did you submit it?"),
                    **CUSTOM,
                },
                {
                    "code": "waited",
                    "kind": "number",
                    "min": 0,
                    "max": 730,
                    "decimals": 1,
                    "unit": words("ngày", "days"),
                    "texts": words(
                        "Từ khi nộp đến khi nhận kết quả là bao nhiêu ngày?",
                        "How many days did it take to get the result?",
                    ),
                    **CUSTOM,
                },
                {
                    "code": "visits",
                    "kind": "number",
                    "min": 0,
                    "max": 99,
                    "texts": words("Ông/Bà phải đến mấy lần?", "How often did you have to come?"),
                    **CUSTOM,
                },
                {
                    "code": "told_by",
                    "kind": "multiple_choice",
                    "max": 3,
                    "choices": [
                        *named(
                            counter="Cán bộ tại quầy",
                            portal="Cổng dịch vụ công",
                            board="Bảng niêm yết",
                            zalo="Zalo của phường, xã",
                            family="Người thân, hàng xóm",
                        ),
                        {
                            "code": "none",
                            "texts": words("Không ai hướng dẫn", "Nobody"),
                            "exclusive": True,
                        },
                    ],
                    "texts": words(
                        "Ông/Bà biết cách làm thủ tục qua đâu?", "How did you learn what to do?"
                    ),
                    **CUSTOM,
                },
                {
                    "code": "channel",
                    "kind": "single_choice",
                    "choices": named(counter="Tại quầy", online="Trực tuyến", post="Qua bưu điện"),
                    "texts": words("Ông/Bà nộp hồ sơ bằng cách nào?", "How did you submit?"),
                    **CUSTOM,
                },
            ],
        },
        {
            "code": "opinion",
            "titles": words("Đánh giá của Ông/Bà", "Your opinion"),
            "questions": [
                {
                    "code": "staff",
                    "kind": "matrix",
                    "scale": "five",
                    "texts": words(
                        "Ông/Bà hài lòng đến mức nào về cán bộ tiếp nhận hồ sơ?",
                        "How satisfied are you with the staff at the counter?",
                    ),
                    "rows": [
                        row("polite", "Thái độ giao tiếp lịch sự"),
                        row("listens", "Chú ý lắng nghe"),
                        row("explains", "Hướng dẫn dễ hiểu, đầy đủ"),
                        row("honest", "Không gây phiền hà, nhũng nhiễu"),
                    ],
                },
                rated("seats", "Ông/Bà hài lòng đến mức nào về chỗ ngồi chờ?"),
                rated("papers", "Ông/Bà hài lòng đến mức nào về số lượng giấy tờ phải nộp?"),
                rated("fees", "Ông/Bà hài lòng đến mức nào về mức phí, lệ phí?"),
                rated("time", "Ông/Bà hài lòng đến mức nào về thời gian giải quyết?"),
                rated("result", "Ông/Bà hài lòng đến mức nào về kết quả nhận được?"),
                {
                    "code": "worth",
                    "kind": "single_choice",
                    "satisfied_from": 60,
                    "choices": [
                        {"code": f"p{value}", "texts": words(vi), "value": value}
                        for value, vi in ((100, "Tốt"), (60, "Khá"), (20, "Yếu"), (0, "Kém"))
                    ],
                    "texts": words("Ông/Bà xếp bộ phận này loại nào?", "How do you grade it?"),
                    **RATED,
                    "required": False,
                },
            ],
        },
        {
            "code": "person",
            "titles": words("Về Ông/Bà", "About you"),
            "questions": [
                {
                    "code": "paid_extra",
                    "kind": "yes_no",
                    "yes": words("Có, tôi đã phải chi thêm", "Yes, I had to pay more"),
                    "no": words("Không phải chi thêm", "No, nothing more"),
                    "texts": words(
                        "Ngoài phí, lệ phí, Ông/Bà có phải chi thêm khoản nào không?",
                        "Did you have to pay anything beside the fees?",
                    ),
                    **CUSTOM,
                },
                {
                    "code": "sex",
                    "kind": "single_choice",
                    "choices": [
                        *named(female="Nữ", male="Nam"),
                        {
                            "code": "refused",
                            "texts": words("Không muốn trả lời", "Prefer not to say"),
                            "exclusive": True,
                        },
                    ],
                    "texts": words("Giới tính của Ông/Bà?", "Your sex?"),
                    "role": "demographic",
                },
                {
                    "code": "trade",
                    "kind": "short_text",
                    "max_length": 60,
                    "texts": words("Ông/Bà làm nghề gì?", "What is your trade?"),
                    "role": "demographic",
                },
                {
                    "code": "comment",
                    "kind": "long_text",
                    "max_length": 1000,
                    "texts": words("Ông/Bà góp ý gì thêm?", "Anything to add?"),
                    "role": "comment",
                },
            ],
        },
    ],
}
EVERY_KIND = read_questionnaire(DOCUMENT)
