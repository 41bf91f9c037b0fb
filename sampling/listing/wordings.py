"""Words that vendors and offices write in the closed columns of a list."""

from collections.abc import Mapping
from types import MappingProxyType

from sampling.dossier import CHANNELS, RESPONDENT_KINDS, STATUSES
from sampling.listing.folding import folded

_STATUS: Mapping[str, str] = {
    "received": "mới tiếp nhận; đã tiếp nhận; đang xử lý; đang giải quyết; đang thụ lý; "
    "chờ xử lý; "
    "chờ tiếp nhận; đã phân công; chờ phân công; đang thẩm định; chờ ký duyệt; chờ phê duyệt; "
    "trình ký; "
    "đang trình ký; đang luân chuyển; đã chuyển xử lý; đang liên thông; mới đăng ký; mới nộp; "
    "đang xử lý trong hạn; đang xử lý quá hạn; chưa giải quyết; chưa giải quyết trong hạn; "
    "chưa giải quyết quá hạn; tiếp nhận; được tiếp nhận; chờ bàn giao; gia hạn; gia hạn xử lý; "
    "chờ thực hiện nghĩa vụ tài chính; yêu cầu thực hiện nghĩa vụ tài chính; chờ nộp phí lệ phí; "
    "đã nhận bổ sung; đã bổ sung; đã bổ sung hồ sơ; in process; processing",
    "solved": "đã giải quyết; đã có kết quả; có kết quả; chờ trả kết quả; đã xử lý; xử lý xong; "
    "đã xử lý xong; "
    "đã ký duyệt; chờ trả; chưa trả kết quả; đã giải quyết chờ trả; hoàn thành xử lý; "
    "chờ nhận kết quả; "
    "đã giải quyết đúng hạn; đã giải quyết trước hạn; đã giải quyết quá hạn; "
    "đã giải quyết trễ hạn; "
    "đã xử lý đúng hạn; đã xử lý trước hạn; đã xử lý quá hạn; đã hoàn thành xử lý; done",
    "returned": "đã trả kết quả; đã trả; trả kết quả; đã trả kq; hoàn thành; đã hoàn thành; "
    "kết thúc; đã kết thúc; "
    "đã nhận kết quả; đã trả kết quả đúng hạn; đã trả kết quả trước hạn; "
    "đã trả kết quả quá hạn; hoàn tất; "
    "đã hoàn tất; trả kết quả đúng hạn; trả kết quả trước hạn; trả kết quả trễ hạn; "
    "đã trả hồ sơ; closed",
    "refused": "từ chối; từ chối tiếp nhận; từ chối giải quyết; không tiếp nhận; "
    "không đủ điều kiện; "
    "từ chối hồ sơ; bị từ chối; trả lại hồ sơ; không đủ điều kiện giải quyết; đã từ chối; "
    "rejected",
    "stopped": "dừng xử lý; dừng giải quyết; tạm dừng; tạm dừng xử lý; dừng; đã dừng xử lý; "
    "huỷ; hủy; đã hủy; "
    "đã huỷ; hủy hồ sơ; đình chỉ; kết thúc không giải quyết; cancelled",
    "withdrawn": "rút; đã rút; rút hồ sơ; công dân rút hồ sơ; công dân yêu cầu rút; xin rút; "
    "người dân rút hồ sơ; "
    "công dân yêu cầu rút hồ sơ; đã rút hồ sơ; xin rút hồ sơ; withdrawn",
    "supplement": "yêu cầu bổ sung; chờ bổ sung; bổ sung hồ sơ; yêu cầu bổ sung hồ sơ; "
    "chờ bổ sung hồ sơ; "
    "đang bổ sung; chờ công dân bổ sung; bổ sung; yêu cầu bổ sung giấy tờ; cần bổ sung; "
    "supplement",
}
_CHANNEL: Mapping[str, str] = {
    "counter": "trực tiếp; tại quầy; tại một cửa; nộp trực tiếp; tại bộ phận một cửa; "
    "tiếp nhận trực tiếp; "
    "một cửa; tại trung tâm; offline; hồ sơ trực tiếp; trực tiếp tại một cửa; không trực tuyến",
    "online": "trực tuyến; qua mạng; nộp trực tuyến; dịch vụ công; cổng dịch vụ công; dvc; "
    "dvcqg; online; "
    "cổng dịch vụ công quốc gia; dvc trực tuyến; hồ sơ trực tuyến; toàn trình; một phần; "
    "internet; mức 3; mức 4; "
    "trực tuyến toàn trình; trực tuyến một phần; vneid; dịch vụ công quốc gia; qua cổng dvcqg",
    "post": "bưu chính; bưu chính công ích; qua bưu chính; bưu điện; qua bưu điện; bcci; "
    "qua bcci; "
    "dịch vụ bưu chính công ích; qua dịch vụ bưu chính công ích; vnpost",
}
_KIND: Mapping[str, str] = {
    "citizen": "công dân; người dân; cá nhân; hộ gia đình; cá nhân hộ gia đình; người nước ngoài; "
    "công dân việt nam; hộ gia đình cá nhân; citizen; personal",
    "business": "doanh nghiệp; tổ chức; tổ chức doanh nghiệp; doanh nghiệp tổ chức; công ty; "
    "hợp tác xã; "
    "cơ quan tổ chức; đơn vị; cơ quan; business; organization",
    "household_business": "hộ kinh doanh; hộ kinh doanh cá thể; hkd; hộ kd; household business",
}
_ROLE: Mapping[str, str] = {
    "owner": "chủ hồ sơ; chính chủ; chủ hộ; người đứng tên; owner; bản thân",
    "submitter": "người nộp; nộp hộ; người nộp hộ; nộp thay; người nộp thay; submitter; "
    "người nộp hồ sơ",
    "authorised": "ủy quyền; được ủy quyền; người được ủy quyền; authorised; người đại diện; "
    "đại diện",
    "taker": "người nhận; nhận kết quả; người nhận kết quả; taker",
}


def _table(groups: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    words = {folded(word): code for code, row in groups.items() for word in row.split(";")}
    own = {folded(code): code for code in groups}
    return MappingProxyType({**words, **{folded(word): to for word, to in known.items()}, **own})


# Word target -> folded word -> canonical word.
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "status": _table(_STATUS, STATUSES),
        "channel": _table(_CHANNEL, CHANNELS),
        "respondent_kind": _table(_KIND, RESPONDENT_KINDS),
        "person_role": _table(_ROLE, {}),
    }
)
# How far a dossier has come; of two steps at the same moment the further one is the later.
PROGRESS = ("", "received", "supplement", "stopped", "withdrawn", "refused", "solved", "returned")

# Names and codes of dossiers that somebody made to try the software out.
TEST_NAMES = frozenset({"thu nghiem", "kiem thu", "ho so thu", "chay thu", "ho so mau", "abc"})
TEST_WORDS = ("test", "testing", "demo", "kiem thu")
# Procedures after which a message from the office would hurt or endanger somebody.
SENSITIVE_WORDS = (
    *("khai tử", "tử tuất", "mai táng", "báo tử", "tố cáo", "khiếu nại", "khuyết tật", "giám hộ"),
    *("lý lịch tư pháp", "án tích", "HIV", "cai nghiện", "mua bán người", "bạo lực gia đình"),
    *("nuôi con nuôi", "nhận cha mẹ con", "tâm thần", "mất năng lực hành vi", "mất tích"),
    *("chất độc hóa học", "liệt sĩ", "hài cốt", "mộ", "hỏa táng", "ly hôn", "đặc xá"),
)
