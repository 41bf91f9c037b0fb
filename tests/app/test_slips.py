import io
import re
import threading
import zipfile
from datetime import date
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.channels import qr
from app.documents.slips import Sheet, Slip, render
from app.extensions import db
from app.models import Ballot, LogEntry, Token
from app.queries import ballots, jobs
from app.services import inviting, mixing, opening
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import CancelledError
from app.services.recording import SYSTEM
from app.services.slip_orders import Order
from app.tasks import running
from app.vocabulary import Role, RoundState
from surveys.links import new_token, token_hash
from tests.app.round_factory import (
    MadeRound,
    answer,
    answer_all,
    hand_out,
    make_round,
    open_and_hand_out,
)

SCALE = 150 / 72
MM = 72 / 25.4
ADDRESS = "https://khaosat.dongnai.gov.vn"


def pages(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def text(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_bounded()


def codes(pdf: bytes) -> list[str]:
    """Read every QR code of a document, page by page from top left to bottom right."""
    found = []
    for page in pages(pdf):
        image = page.render(scale=SCALE).to_pil()
        read = zxingcpp.read_barcodes(image)
        rows = sorted(
            read, key=lambda code: (code.position.top_left.y // 50, code.position.top_left.x)
        )
        found += [code.text for code in rows]
    return found


def overlapping(page: pypdfium2.PdfPage) -> list[tuple[str, str]]:
    """Find lines of text that stand on top of each other."""
    words = page.get_textpage()
    boxes = [words.get_rect(at) for at in range(words.count_rects())]
    found = []
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            if across > 3 and down > 3:
                found.append((words.get_text_bounded(*one), words.get_text_bounded(*other)))
    return found


def slip(number: int, unit: str = "UBND phường Trấn Biên") -> Slip:
    address = f"{ADDRESS}/q/{new_token()}"
    return Slip(address, qr.svg(address), f"H19-2611-{number:04d}", unit)


@pytest.mark.parametrize("number", [1, 7, 8, 9, 17])
def test_eight_slips_fit_on_an_a4_page_and_every_code_reads(number: int) -> None:
    printed = [slip(at) for at in range(number)]
    pdf = render(Sheet("Đợt 1", dry_run=False, slips=printed))
    assert len(pages(pdf)) == -(-number // 8)
    assert [round(side / MM) for side in pages(pdf)[0].get_size()] == [210, 297]
    assert codes(pdf) == [each.address for each in printed]


def test_a_code_is_at_least_26_mm_wide() -> None:
    [page] = pages(render(Sheet("Đợt 1", dry_run=False, slips=[slip(1)])))
    [code] = zxingcpp.read_barcodes(page.render(scale=SCALE).to_pil())
    width = code.position.top_right.x - code.position.top_left.x
    assert width / SCALE / MM >= 26


def test_a_slip_says_who_asks_and_that_it_is_anonymous() -> None:
    [page] = pages(render(Sheet("Đợt 1", dry_run=False, slips=[slip(42)])))
    words = " ".join(text(page).split())
    for expected in ("PHIẾU MỜI", "UBND phường Trấn Biên", "Ông/Bà", "Ẩn danh", "H19-2611-0042"):
        assert expected in words
    assert "THỬ NGHIỆM" not in words


def test_every_slip_of_a_trial_is_marked() -> None:
    [page] = pages(render(Sheet("Đợt 1", dry_run=True, slips=[slip(1), slip(2)])))
    assert text(page).count("THỬ NGHIỆM") == 2


def test_slips_are_sorted_by_dossier_code_whatever_unit_is_rated() -> None:
    printed = [slip(2, "B"), slip(4, "A"), slip(1, "B"), slip(3, "A")]
    [page] = pages(render(Sheet("Đợt 1", dry_run=False, slips=printed)))
    assert re.findall(r"H19-2611-(\d+)", text(page)) == ["0001", "0002", "0003", "0004"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_slip_names_the_point_and_the_day_and_nothing_covers_anything(dry_run: bool) -> None:
    point = "Trung tâm Phục vụ hành chính công phường Trấn Biên, điểm tiếp nhận số 2"
    sheet = Sheet("Đợt 1", dry_run, [slip(1), slip(2)], point, date(2026, 11, 4))
    [page] = pages(render(sheet))
    words = " ".join(text(page).split())
    assert words.count("04/11/2026") == 2
    assert words.count("điểm tiếp nhận số 2") == 2
    assert len(codes(render(sheet))) == 2
    assert not overlapping(page)


def test_pages_have_marks_for_the_knife() -> None:
    [page] = pages(render(Sheet("Đợt 1", dry_run=False, slips=[slip(1)])))
    image = page.render(scale=SCALE).to_pil().convert("L")
    _, height = image.size
    for down in (1, 2, 3):
        strip = [image.getpixel((6, round(height * down / 4) + off)) for off in range(-2, 3)]
        assert min(strip) < 160


def test_text_from_outside_is_never_read_as_markup() -> None:
    odd = '#panic("x") *đậm* $x$ \\ "nháy" [ngoặc] #{1+1} `mã` <nhãn> @kho'
    [page] = pages(render(Sheet(odd, dry_run=False, slips=[Slip("x", qr.svg("x"), odd[:30], odd)])))
    assert '#panic("x")' in text(page)


def test_the_drawing_of_a_code_has_its_white_margin() -> None:
    modules = qr.matrix("x" * 50)
    drawing = qr.svg("x" * 50)
    side = len(modules) + 2 * qr.QUIET
    assert f'viewBox="0 0 {side} {side}"' in drawing
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1", drawing)
    dark = {(int(x) + i, int(y)) for x, y, n in runs for i in range(int(n))}
    assert dark == {
        (x + qr.QUIET, y + qr.QUIET)
        for y, row in enumerate(modules)
        for x, module in enumerate(row)
        if module
    }


LAYOUT = {"TB": {"land": 3, "civil": 2}, "LB": {"land": 4}}


def test_every_ballot_gets_a_slip_answered_or_not(app: Flask) -> None:
    made, tokens = open_and_hand_out(LAYOUT)
    answer_all(tokens["TB/land"][:2])
    again = inviting.issue_slips(SYSTEM, made.id, made.units["TB"])
    assert [each.dossier_code for each in again.slips] == sorted(
        f"H19-{label}-{at:05d}" for label, n in (("TB/land", 3), ("TB/civil", 2)) for at in range(n)
    )


def test_new_slips_void_the_earlier_ones_of_their_unit_only(app: Flask) -> None:
    made, tokens = open_and_hand_out(LAYOUT)
    new = hand_out(made, "TB")
    assert answer(tokens["TB/land"][0]).receipt is None
    assert answer(tokens["LB/land"][0]).receipt
    assert answer(new["TB/land"][0]).receipt
    assert db.session.scalar(select(func.count()).select_from(Token)) == 9


def test_issuing_is_logged_with_counts_and_no_code(app: Flask) -> None:
    made = make_round(LAYOUT)
    tokens = hand_out(made, "TB")
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()
    assert body is not None
    assert '"act":"slips.issued"' in body
    assert '"slips":5' in body
    for token in (each for cell in tokens.values() for each in cell):
        assert token not in body
        assert token_hash(token).hex() not in body


@pytest.mark.parametrize(
    "state",
    [RoundState.PLANNED, RoundState.FRAMED, RoundState.CLOSED, RoundState.ESTIMATED],
)
def test_slips_are_printed_only_between_draw_and_end(app: Flask, state: RoundState) -> None:
    made = make_round(LAYOUT, state=state)
    with pytest.raises(WrongStateError):
        inviting.issue_slips(SYSTEM, made.id)
    assert db.session.scalar(select(func.count()).select_from(Token)) == 0


def test_a_round_or_unit_without_ballots_is_not_found(app: Flask) -> None:
    made = make_round(LAYOUT)
    for round_id, unit_id in ((4711, None), (made.id, 4711)):
        with pytest.raises(NotFoundError):
            inviting.issue_slips(SYSTEM, round_id, unit_id)


def test_units_are_counted_by_ballots_not_by_answers(app: Flask) -> None:
    made, tokens = open_and_hand_out(LAYOUT)
    before = ballots.by_unit(made.id)
    answer_all(tokens["LB/land"])
    db.session.rollback()
    assert ballots.by_unit(made.id) == before
    assert [(row.code, row.ballots) for row in before] == [("LB", 4), ("TB", 5)]


def printed(browser: FlaskClient, made: MadeRound, unit: str) -> tuple[int, list[str]]:
    """Ask for slips on the page and let the worker print; the job and its files."""
    wanted = made.units.get(unit, unit)
    reply = browser.post(f"/rounds/{made.id}/slips", data={"unit_id": wanted})
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.runner(current_app._get_current_object(), "test")(job_id)
    db.session.rollback()
    page = browser.get(f"/jobs/{job_id}").text
    return job_id, re.findall(rf'href="(/jobs/{job_id}/files/\d+)"', page)


def test_the_coordinator_prints_and_each_code_leads_to_the_questions(app: Flask, signed_in) -> None:
    made = make_round(LAYOUT, dry_run=True)
    opening.open_round(SYSTEM, made.id)
    browser = signed_in(Role.COORDINATOR)
    listed = browser.get(f"/rounds/{made.id}/slips")
    assert listed.status_code == 200
    assert "Ủy ban nhân dân phường TB" in listed.text
    [file] = printed(browser, made, "TB")[1]
    reply = browser.get(file)
    assert reply.content_type == "application/pdf"
    assert (
        reply.headers["Content-Disposition"] == f"attachment; filename=phieu-moi-{made.id}-TB.pdf"
    )
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert signed_in(Role.COORDINATOR).get(file).status_code == 403
    found = codes(reply.data)
    assert len(found) == len(set(found)) == 5
    for address in found:
        visitor: FlaskClient = app.test_client()
        assert address.startswith(app.config["KHAOSAT"].address + "/q/")
        visitor.get(urlsplit(address).path)
        assert "a_overall" in visitor.get("/q").text


def test_slips_of_all_units_come_in_a_file_for_each(app: Flask, signed_in) -> None:
    made = make_round(LAYOUT)
    browser = signed_in(Role.COORDINATOR)
    job_id, [file] = printed(browser, made, "all")
    with zipfile.ZipFile(io.BytesIO(browser.get(file).data)) as archive:
        sheets = {name: codes(archive.read(name)) for name in archive.namelist()}
    assert {name: len(found) for name, found in sheets.items()} == {
        f"phieu-moi-{made.id}-LB.pdf": 4,
        f"phieu-moi-{made.id}-TB.pdf": 5,
    }
    job = jobs.job(job_id)
    assert job is not None
    assert (job.done, job.total, job.result) == (2, 2, {"slips": 9, "units": 2})


def valid_slips(made: MadeRound) -> set[bytes]:
    db.session.rollback()
    query = select(Token.hash).join(Ballot, Ballot.id == Token.ballot_id)
    return set(db.session.scalars(query.where(Ballot.round_id == made.id)))


def test_a_print_run_stopped_half_way_leaves_the_earlier_slips_valid(app: Flask) -> None:
    made = make_round(LAYOUT)
    hand_out(made)
    before = valid_slips(made)

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        inviting.print_slips(SYSTEM, made.id, Order(), ADDRESS, stop)
    assert valid_slips(made) == before


def test_a_round_that_closes_during_a_print_run_gets_no_new_slips(app: Flask) -> None:
    made, _ = open_and_hand_out(LAYOUT)
    before = valid_slips(made)

    def close(done: int, total: int) -> None:
        mixing.close_round(SYSTEM, made.id)

    with pytest.raises(WrongStateError):
        inviting.print_slips(SYSTEM, made.id, Order(made.units["LB"]), ADDRESS, close)
    assert valid_slips(made) == before


def test_of_print_runs_at_the_same_time_one_set_is_valid(app: Flask) -> None:
    made = make_round({"TB": {"land": 40}})
    start, issues = threading.Barrier(4), []

    def issue() -> None:
        with app.app_context():
            start.wait()
            issues.append(inviting.issue_slips(SYSTEM, made.id, None))
            db.session.remove()

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sets = [{token_hash(slip.token) for slip in each.slips} for each in issues]
    assert len(sets) == 4
    assert valid_slips(made) in sets


def test_people_answer_while_slips_are_being_stored(app: Flask) -> None:
    """Their boxes point to the round whose row the print run has locked."""
    made, tokens = open_and_hand_out(LAYOUT)
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    accepted: list[bool] = []

    def answer_one() -> None:
        with app.app_context():
            accepted.append(bool(answer(tokens["LB/land"][0]).receipt))
            db.session.remove()

    def wait_for_an_answer(session: Session, outcome: object) -> None:
        thread = threading.Thread(target=answer_one)
        thread.start()
        thread.join(timeout=10)
        assert accepted == [True]

    inviting.print_slips(
        SYSTEM, made.id, Order(made.units["TB"]), ADDRESS, lambda *_: None, wait_for_an_answer
    )


def test_slips_are_for_coordinators_alone(app: Flask, client: FlaskClient, signed_in) -> None:
    made = make_round(LAYOUT)
    path = f"/rounds/{made.id}/slips"
    assert client.post(path, data={"unit_id": made.units["TB"]}).status_code == 302
    for role in set(Role) - {Role.COORDINATOR}:
        browser = signed_in(role)
        assert browser.get(path).status_code == 403
        assert browser.post(path, data={"unit_id": made.units["TB"]}).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Token)) == 0


@pytest.mark.parametrize("unit_id", ["", "x", "-1", "4711", None])
def test_a_wrong_unit_is_not_found(app: Flask, signed_in, unit_id: str | None) -> None:
    made = make_round(LAYOUT)
    browser = signed_in(Role.COORDINATOR)
    data = {} if unit_id is None else {"unit_id": unit_id}
    assert browser.post(f"/rounds/{made.id}/slips", data=data).status_code == 404
    assert browser.get("/rounds/4711/slips").status_code == 404


def test_a_round_without_ballots_says_so(app: Flask, signed_in) -> None:
    made = make_round({}, state=RoundState.PLANNED)
    assert signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}/slips").status_code == 200
