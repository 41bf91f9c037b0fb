from dataclasses import replace

import pytest

from surveys.errors import MessageTemplateError
from surveys.forbidden_words import forbidden
from surveys.message_templates import (
    MessageKind,
    MessageTemplate,
    Registered,
    read_template,
    template_hash,
    to_document,
)
from surveys.template_checking import NEEDED, check_template
from surveys.texts import parts

LINK = "https://ks.dongnai.gov.vn/q/" + "x" * 22
LONGEST = {"unit": "UBND phường Trấn Biên", "link": LINK, "hotline": "1022"}
INVITATION = MessageTemplate(
    "moi",
    MessageKind.INVITATION,
    "vi",
    "{unit} mời Ông/Bà góp ý: {link} Không hỏi OTP, không thu tiền. Từ chối: gọi {hotline}",
)


def codes(template: MessageTemplate, longest=None) -> list[tuple[str, object]]:
    return [(it.code, it.value) for it in check_template(template, longest or LONGEST)]


def test_an_invitation_fits_into_one_part_with_its_longest_values():
    assert codes(INVITATION) == []
    text = INVITATION.filled(LONGEST)
    assert text.startswith("UBND phuong Tran Bien moi Ong/Ba gop y: https://ks.dongnai.gov.vn/q/x")
    assert parts(text).count == 1


def test_a_message_that_is_too_long_says_how_long_it_is():
    longest = {**LONGEST, "unit": "Trung tâm Phục vụ hành chính công phường Trấn Biên, Đồng Nai"}
    (fault,) = check_template(INVITATION, longest)
    assert (fault.code, fault.value, fault.params["limit"]) == ("message_too_long", 2, 1)
    assert fault.params["units"] > 160
    assert codes(replace(INVITATION, most_parts=2), longest) == []
    assert codes(replace(INVITATION, with_marks=True)) == [("message_too_long", 3)]
    assert codes(replace(INVITATION, with_marks=True, most_parts=3)) == []


def test_characters_that_no_fold_helps_are_named():
    template = replace(INVITATION, text=INVITATION.text + " 😀")
    assert ("message_outside_gsm", "😀") in codes(template)


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_needs_a_link_and_a_way_out(kind: MessageKind):
    assert len(NEEDED[kind]) == 2
    template = replace(INVITATION, kind=kind)
    without_link = replace(template, text="{unit} mời. Gọi {hotline}")
    assert codes(without_link) == [("place_missing", "{link}")]
    without_way = replace(template, text="{unit} mời: {link}")
    assert codes(without_way) == [("place_missing", "{opt_out} / {hotline} / {short_code}")]


def test_unknown_and_broken_places_are_told():
    template = replace(INVITATION, text=INVITATION.text + " {name} {link")
    assert codes(template) == [
        ("place_unknown", "name"),
        ("place_malformed", "{link"),
        ("place_without_value", "name"),
    ]
    assert codes(INVITATION, {**LONGEST, "hotline": " "}) == [("place_without_value", "hotline")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Không hỏi OTP, không thu tiền", ()),
        ("Khong bao gio hoi ma OTP hay mat khau", ()),
        ("We never ask for OTP or money.", ()),
        ("Tuyệt đối không yêu cầu chuyển tiền", ()),
        ("Xin gửi mã OTP về số này", ("otp",)),
        ("Không mất thời gian, gửi OTP", ("otp",)),
        ("Không hỏi OTP. Chuyển khoản 10.000đ", ("chuyen khoan",)),
        ("Không trả lời OTP thì bị khoá", ("otp",)),
        ("Nộp tiền và thanh toán", ("nop tien", "thanh toan")),
        ("Reply with your password", ("password",)),
        ("NỘP\nTIỀN", ("nop tien",)),
        ("Phương tiện, cải tiến, nhận qua bưu điện", ()),
        ("autopilot, payload", ()),
    ],
)
def test_words_of_fraud_stand_in_denials_only(text: str, found: tuple[str, ...]):
    assert forbidden(text) == found


def test_an_invitation_that_asks_for_a_code_is_refused():
    template = replace(INVITATION, text="{unit}: nhập OTP tại {link}. Gọi {hotline}")
    assert codes(template) == [("message_words_forbidden", "otp")]
    assert "lừa đảo" in check_template(template, LONGEST)[0].message()


def test_a_registered_template_hands_values_over_in_the_order_of_its_vendor():
    order = Registered("ZNS-204411", ("hotline", "unit", "link"))
    template = replace(INVITATION, registered=order)
    assert codes(template) == []
    assert template.parameters(LONGEST) == ("1022", "UBND phuong Tran Bien", LINK)
    assert INVITATION.parameters(LONGEST) == ()
    for wrong in (("unit", "link"), ("unit", "link", "hotline", "hotline"), ("unit", "link", "x")):
        broken = replace(template, registered=Registered("Z", wrong))
        assert [code for code, _ in codes(broken)] == ["registered_order"]


def test_a_message_is_not_filled_by_halves():
    with pytest.raises(MessageTemplateError, match="link") as caught:
        INVITATION.filled({"unit": "Sở Nội vụ", "hotline": "1022", "link": ""})
    assert [fault.value for fault in caught.value.faults] == ["link"]


def test_values_are_not_searched_for_places():
    assert "{hotline}" in INVITATION.filled({**LONGEST, "unit": "{hotline}"})


def test_a_template_comes_back_from_its_document():
    full = replace(INVITATION, registered=Registered("7", ("unit",)), with_marks=True, most_parts=2)
    for template in (INVITATION, full):
        assert read_template(to_document(template)) == template


def test_every_part_of_a_template_changes_its_hash():
    changed = [
        INVITATION,
        replace(INVITATION, code="khac"),
        replace(INVITATION, kind=MessageKind.REMINDER),
        replace(INVITATION, language="en"),
        replace(INVITATION, text=INVITATION.text + "."),
        replace(INVITATION, registered=Registered("7", ("unit", "link", "hotline"))),
        replace(INVITATION, registered=Registered("7", ("link", "unit", "hotline"))),
        replace(INVITATION, with_marks=True),
        replace(INVITATION, most_parts=2),
    ]
    assert len({template_hash(template) for template in changed}) == len(changed)
    assert template_hash(read_template(to_document(INVITATION))) == template_hash(INVITATION)


def test_a_document_tells_all_its_faults_at_once():
    with pytest.raises(MessageTemplateError) as caught:
        read_template({"code": "X", "kind": "advert", "text": "", "most_parts": 9, "more": 1})
    assert sorted((fault.path, fault.code) for fault in caught.value.faults) == [
        ("code", "bad_code"),
        ("kind", "unknown_name"),
        ("language", "missing"),
        ("more", "unknown_key"),
        ("most_parts", "not_integer"),
        ("text", "empty"),
    ]
