"""Headings that one-stop software and offices write above the columns of a list."""

from collections.abc import Mapping
from types import MappingProxyType

from sampling.listing.folding import folded

_HEADINGS: Mapping[str, str] = {
    "code": "mã hồ sơ; số hồ sơ; mã số hồ sơ; mã biên nhận; số biên nhận; mã hs; số hs; "
    "số tiếp nhận; "
    "mã hồ sơ dvc; mã hồ sơ dvcqg; số biên nhận hồ sơ; mã tiếp nhận; code; dossier code",
    "unit": "đơn vị; tên đơn vị; cơ quan; cơ quan đơn vị; đơn vị được đánh giá; unit",
    "receiving_unit": "đơn vị tiếp nhận; cơ quan tiếp nhận; nơi tiếp nhận; đơn vị nhận; "
    "cơ quan tiếp nhận hồ sơ; đơn vị tiếp nhận hồ sơ; điểm tiếp nhận; nơi nhận hồ sơ; "
    "bộ phận tiếp nhận; receiving unit",
    "resolving_unit": "cơ quan giải quyết; đơn vị giải quyết; đơn vị xử lý; cơ quan xử lý; "
    "cơ quan thực hiện; đơn vị thực hiện; đơn vị thụ lý; cơ quan thụ lý; cơ quan chuyên môn; "
    "đơn vị giải quyết hồ sơ; cơ quan giải quyết hồ sơ; cơ quan có thẩm quyền; resolving unit",
    "field": "lĩnh vực; tên lĩnh vực; lĩnh vực thủ tục; ngành lĩnh vực; field",
    "procedure": "thủ tục; tên thủ tục; thủ tục hành chính; tên thủ tục hành chính; tthc; "
    "tên tthc; "
    "loại hồ sơ; tên dịch vụ công; dịch vụ công; tên hồ sơ; loại thủ tục; procedure",
    "respondent_kind": "đối tượng; loại đối tượng; đối tượng nộp; loại người nộp; "
    "đối tượng thực hiện; loại khách hàng; đối tượng nộp hồ sơ; respondent kind",
    "channel": "hình thức nộp; hình thức tiếp nhận; kênh tiếp nhận; kênh nộp; kênh nộp hồ sơ; "
    "hình thức nộp hồ sơ; cách thức nộp; cách thức nộp hồ sơ; nguồn hồ sơ; loại tiếp nhận; "
    "hình thức; nguồn tiếp nhận; phương thức nộp; phương thức tiếp nhận; channel",
    "status": "trạng thái; trạng thái hồ sơ; tình trạng; tình trạng hồ sơ; trạng thái xử lý; "
    "tình trạng xử lý; trạng thái giải quyết; tình trạng giải quyết; status",
    "received": "ngày tiếp nhận; ngày nhận; thời gian tiếp nhận; ngày nộp; ngày nhận hồ sơ; "
    "ngày nộp hs; "
    "ngày tiếp nhận hồ sơ; thời điểm tiếp nhận; ngày nộp hồ sơ; ngày tn; ngày giờ tiếp nhận; "
    "received",
    "due": "ngày hẹn trả; ngày hẹn trả kết quả; ngày hẹn trả kq; hạn trả; hạn trả kết quả; "
    "hạn xử lý; "
    "ngày hẹn; thời hạn giải quyết; hạn giải quyết; hẹn trả; hẹn trả kết quả; "
    "thời gian hẹn trả; due",
    "finished": "ngày trả kết quả; ngày trả kq; ngày trả; ngày kết thúc; ngày hoàn thành; "
    "ngày giải quyết xong; ngày có kết quả; ngày kết thúc xử lý; thời gian trả kết quả; "
    "ngày hoàn tất; ngày giải quyết; finished",
    "step_at": "ngày chuyển; ngày xử lý; thời gian xử lý; thời điểm xử lý; ngày cập nhật; "
    "thời gian cập nhật; ngày chuyển bước; ngày xử lý bước; thời điểm cập nhật; step at",
    "person_role": "vai trò; tư cách; tư cách người nộp; tư cách nộp hồ sơ; person role",
    "name": "họ tên; họ và tên; tên khách hàng; tên người dân; tên công dân tổ chức; name",
    "owner_name": "chủ hồ sơ; tên chủ hồ sơ; họ tên chủ hồ sơ; họ và tên chủ hồ sơ; "
    "người đứng tên; "
    "tổ chức cá nhân; cá nhân tổ chức; tên tổ chức cá nhân; owner name",
    "owner_phone": "điện thoại chủ hồ sơ; số điện thoại chủ hồ sơ; sđt chủ hồ sơ; owner phone",
    "phone": "số điện thoại; điện thoại; sđt; di động; số đt; đt; điện thoại liên hệ; số di động; "
    "số điện thoại liên hệ; điện thoại di động; tel; mobile; phone",
    "submitter_name": "người nộp; tên người nộp; họ tên người nộp; người nộp hồ sơ; "
    "họ và tên người nộp; tên người nộp hồ sơ; submitter name",
    "submitter_phone": "điện thoại người nộp; số điện thoại người nộp; sđt người nộp; "
    "số điện thoại người nộp hồ sơ; submitter phone",
    "authorised_name": "người được ủy quyền; người ủy quyền; tên người được ủy quyền; "
    "authorised name",
    "authorised_phone": "điện thoại người được ủy quyền; số điện thoại người được ủy quyền; "
    "sđt người được ủy quyền; authorised phone",
    "taker_name": "người nhận kết quả; tên người nhận kết quả; người nhận; taker name",
    "taker_phone": "điện thoại người nhận kết quả; số điện thoại người nhận kết quả; "
    "sđt người nhận kết quả; sđt người nhận; taker phone",
    "tax_code": "mã số thuế; mst; mã số doanh nghiệp; tax code",
    "language": "ngôn ngữ; tiếng; language",
    "phone_group": "phone group",
    "digits_hash": "digits hash",
}

TARGET_OF: Mapping[str, str] = MappingProxyType(
    {folded(name): target for target, names in _HEADINGS.items() for name in names.split(";")}
)
# The upper line of a two-line header that tells whose name or phone stands below.
_WHOSE = {
    "chu ho so": "owner",
    "nguoi nop": "submitter",
    "uy quyen": "authorised",
    "nhan ket qua": "taker",
}
# Words in headings of columns that are never shown, whatever they hold.
_PRIVATE = """
ten nguoi chu cmnd cccd cmt dinh danh dien thoai sdt dt phone mobile tel email mail dia chi sinh
can bo chuyen vien mst thue name address ghi noi dung y kien trich yeu giay to
"""
PRIVATE_WORDS = frozenset(_PRIVATE.split())
UNSHOWN = frozenset({"tax_code", "code", "phone_group", "digits_hash"})
JOINT = " / "


def target_of(heading: str) -> str | None:
    """Target that a heading is known to stand for; None for an unknown one.

    Examples
    --------
    >>> target_of("Ngày / tiếp nhận"), target_of("Chủ hồ sơ / Số điện thoại"), target_of("STT")
    ('received', 'owner_phone', None)
    """
    whole = folded(heading)
    found = TARGET_OF.get(whole)
    if found or JOINT not in heading:
        return found
    upper, _, lower = heading.rpartition(JOINT)
    found = TARGET_OF.get(folded(lower))
    if found in ("name", "phone"):
        role = next((role for words, role in _WHOSE.items() if words in folded(upper)), "")
        return f"{role}_{found}" if role else found
    return found


def is_private(heading: str) -> bool:
    """Tell whether a column with this heading may hold anything about a person."""
    target = target_of(heading)
    if target is not None:
        return target.endswith(("name", "phone")) or target in UNSHOWN
    return not PRIVATE_WORDS.isdisjoint(folded(heading).split())
