"""Rules of batches for the post office: size, re-checks, payment. No application is needed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pypdfium2 import PdfDocument
from scipy.stats import binomtest

from app.documents import post_forms, post_minutes, post_sheets
from app.protection import OF_DOORS, Protection
from app.queries.post_batches import BatchView
from app.services import post_intervals, post_payments, post_rules
from app.services.post_rechecks import chosen, same_body
from app.services.post_rules import Found, Returned
from app.vocabulary import Door, PostBatchState
from tests.app.test_result_workbooks import cells, formulas

DAY = date(2026, 11, 4)
SEED = bytes(range(32))
COUNTS = {"valid": 90, "invalid": 3, "not_reached": 4, "refused": 2, "unused": 1}


def batch(**other: Any) -> BatchView:
    values: dict[str, Any] = {
        "id": 7,
        "round_id": 1,
        "unit_id": 1,
        "unit_code": "TB",
        "unit_name": "Phường Tân Biên",
        "carrier": "Bưu điện Biên Hòa",
        "day": DAY,
        "state": PostBatchState.RECHECKED,
        "forms": 100,
        "price": 12_000,
        "share": 10,
        **COUNTS,
        "checker": "Đoàn Thanh niên",
        "rechecks": 10,
        "confirmed": 6,
        "not_visited": 1,
        "another": 1,
        "absent": 1,
        "unclaimed": 1,
        "lower": 0.03,
        "upper": 0.65,
        "made_by": 1,
        "returned_by": 1,
        "checked_by": 2,
        "readable": False,
    }
    return BatchView(**values | other)


@settings(max_examples=50)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(10, 400))
def test_a_batch_tells_full_tens_and_leaves_ten_open(answered: int, silent: int, most: int):
    size = post_rules.size(silent, silent + answered, most)
    assert size % 10 == 0
    assert size <= min(silent, most)
    assert size == 0 or silent + answered - size >= 10, "of ten people it says nothing"
    # One answer more or less changes the size at a step alone: nine times of ten nothing is seen.
    seen = {post_rules.size(silent - more, silent + answered, most) for more in range(silent + 1)}
    assert len(seen) <= silent // 10 + 1


def test_every_form_and_every_recheck_is_accounted_for():
    assert Returned(**COUNTS).all == 100
    found = Found(confirmed=6, not_visited=1, another=2, absent=3, unclaimed=4)
    assert (found.all, found.failed, found.judged) == (16, 3, 9)


@pytest.mark.parametrize(("failed", "judged"), [(0, 12), (1, 12), (5, 12), (12, 12), (1, 2)])
def test_the_interval_is_that_of_clopper_and_pearson(failed: int, judged: int):
    found = Found(judged - failed, failed, 0, 3, 2)
    expected = binomtest(failed, judged).proportion_ci(0.95, "exact")
    got = post_intervals.exact(found)
    assert got == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_too_few_judged_forms_have_no_interval_and_are_never_redone():
    assert post_intervals.exact(Found(0, 1, 0, 2, 0)) is None
    assert not post_rules.is_redone(None)


def test_one_failure_of_three_is_deducted_and_two_of_three_redo_the_batch():
    ends = [post_intervals.exact(Found(3 - failed, failed, 0, 0, 0)) for failed in (1, 2)]
    assert [end and post_rules.is_redone(end[0]) for end in ends] == [False, True]


def test_rechecks_follow_the_seed_and_the_batch_and_not_the_order_of_the_list():
    codes = [f"HS-{number:03d}" for number in range(50)]
    drawn = chosen(SEED, "TB/2026-11-04", codes, 5)
    assert drawn == chosen(SEED, "TB/2026-11-04", codes[::-1], 5) == sorted(drawn)
    assert len(set(drawn)) == 5
    assert drawn != chosen(SEED, "TB/2026-11-05", codes, 5)
    assert drawn != chosen(bytes(32), "TB/2026-11-04", codes, 5)
    assert set(drawn) < set(chosen(SEED, "TB/2026-11-04", codes, 9)), "more of the same order"


def test_the_carrier_is_the_same_body_however_its_name_is_typed():
    assert same_body("Bưu điện Biên Hòa", "BUU DIEN  BIEN HOA.")
    assert not same_body("Bưu điện Biên Hòa", "Đoàn Thanh niên Biên Hòa")


def test_answers_by_the_forms_are_called_confidential():
    assert OF_DOORS[Door.POST] is Protection.CONFIDENTIAL
    others = {OF_DOORS[door] for door in Door if door is not Door.POST}
    assert others == {Protection.ANONYMOUS}


def test_the_payment_file_computes_what_the_rules_say():
    redone = batch(id=8, carrier="=cmd", lower=0.2, price=10_000)
    waiting = batch(id=9, state=PostBatchState.RETURNED)
    content = post_payments.as_workbook("Đợt III", False, [batch(), redone, waiting])
    found = formulas(content, 1)
    written = [text for text, _ in found.values()]
    assert "=cmd" not in {f"={text}" for text in written}, "a name is never a formula"
    assert len([text for text in written if text.startswith("IF(")]) == 2, "only what was checked"
    paid = {row[0]: (row[1], row[10], row[12]) for row in cells(content, "Theo gói") if row[0]}
    assert paid["7"] == ("Bưu điện Biên Hòa", 88, 88 * 12_000)
    assert paid["8"] == ("=cmd", 0, 0)
    assert paid["Cộng"][1:] == (88, 88 * 12_000)
    amounts = {row[0]: row[6] for row in cells(content, "Theo đơn vị thu phiếu")}
    assert amounts["Bưu điện Biên Hòa"] == amounts["Cộng"] == 88 * 12_000


def text_of(pdf: bytes) -> tuple[int, str]:
    read = PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in read]
    return len(pages), " ".join(" ".join(pages).replace("\u200b", "").split())


def test_the_papers_hold_their_numbers_and_the_dossier_stays_on_the_stub():
    image = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    form = post_forms.PostForm("https://k.vn/q/ABC", image, "HS-1", "Phường Tân Biên")
    pages, text = text_of(
        post_forms.render(post_forms.PostForms("Đợt III", True, "Bưu điện", DAY, [form] * 3))
    )
    assert (pages, text.count("HS-1"), text.count("Bảo mật")) == (2, 3, 3)
    assert "THỬ NGHIỆM" in text
    facts = {"round_name": "Đợt III", "dry_run": False, "number": 7, "unit": "Phường Tân Biên"}
    common = {
        **facts,
        "carrier": "Bưu điện",
        "day": DAY,
        "forms": 100,
        "price": 12_000,
        "share": 10,
    }
    made = post_minutes.PostMinutes(**common, **COUNTS)
    pages, text = text_of(post_minutes.render("acceptance", made))
    assert (pages, "Cộng 100" in text, "Hợp lệ 90" in text) == (1, True, True)
    pages, text = text_of(post_minutes.render("handover", made))
    assert (pages, "12.000 đồng" in text, "Độc lập - Tự do" in text) == (1, True, True)
    sheet = post_sheets.signatures(post_sheets.Signatures("Đợt III", False, 7, "P", "B", 30))
    pages, text = text_of(sheet)
    assert (pages, " 30 " in text, "HS-1" in text) == (2, True, False)
