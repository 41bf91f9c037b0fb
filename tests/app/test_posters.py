"""Posters: what stands on them, that their code reads, and the job that draws many."""

import io
import re
import zipfile

import pypdfium2
import pytest
import zxingcpp
from flask import Flask, current_app

from app.database import writing
from app.documents.posters import Paper, Poster, render
from app.extensions import db
from app.models import Unit
from app.queries import counters as rows, jobs
from app.services import counters, posters
from app.services.errors import NotFoundError
from app.services.leases import CancelledError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import Role, UnitKind, UnitLevel

MM = 72 / 25.4
SCALE = 150 / 72
SITE = "https://khaosat.dongnai.gov.vn"
LONG = (
    "Trung tâm Phục vụ hành chính công và Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục "
    "hành chính của Ủy ban nhân dân đặc khu kinh tế cửa khẩu quốc tế Hoa Lư"
)


def poster(**changed: str) -> Poster:
    words = {
        "above": "Tỉnh Đồng Nai",
        "unit": "Ủy ban nhân dân phường Trấn Biên",
        "counter": "Quầy số 2 – Hộ tịch, chứng thực",
        "place": "225 Võ Thị Sáu",
        "address": f"{SITE}/c/7K2M4P",
        "code": "7K2M4P",
        **changed,
    }
    return Poster(**words, drawing=posters.drawing(words["address"]))


def pages(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def words(pdf: bytes) -> str:
    [page] = pages(pdf)
    return " ".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split())


def codes(pdf: bytes) -> list[str]:
    [page] = pages(pdf)
    return [code.text for code in zxingcpp.read_barcodes(page.render(scale=SCALE).to_pil())]


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, [210, 297]), (Paper.A3, [297, 420])])
def test_a_poster_is_one_page_and_its_code_reads(paper: Paper, size: list[int]) -> None:
    pdf = render(poster(), paper)
    [page] = pages(pdf)
    assert [round(side / MM) for side in page.get_size()] == size
    assert codes(pdf) == [f"{SITE}/c/7K2M4P"]


def test_the_code_is_large_enough_for_a_phone_at_arms_length() -> None:
    [page] = pages(render(poster()))
    [code] = zxingcpp.read_barcodes(page.render(scale=SCALE).to_pil())
    width = code.position.top_right.x - code.position.top_left.x
    assert width / SCALE / MM >= 60


def test_a_poster_says_whose_it_is_what_to_do_and_how_it_is_protected() -> None:
    found = words(render(poster(hotline="1022")))
    for expected in (
        *("TỈNH ĐỒNG NAI", "Ủy ban nhân dân phường Trấn Biên", "Quầy số 2", "225 Võ Thị Sáu"),
        *("khaosat.dongnai.gov.vn/c/7K2M4P", "7K2M4P", "Quét mã", "Nhập mã hồ sơ", "Trả lời"),
        *("4 số cuối", "Ẩn danh", "Tôi không có mã hồ sơ", "Đóng dấu treo", "1022"),
    ):
        assert expected in found
    assert "THỬ NGHIỆM" not in found


def test_without_a_hotline_nobody_is_told_to_call() -> None:
    assert "xin gọi" not in words(render(poster()))


@pytest.mark.parametrize("paper", list(Paper))
def test_very_long_names_stay_on_the_page_and_leave_the_code_readable(paper: Paper) -> None:
    address = f"https://khao-sat.{'trungtamphucvuhanhchinhcong.' * 3}dongnai.gov.vn/c/TTPVHCC-1"
    pdf = render(
        poster(unit=LONG * 2, counter=LONG, place=LONG, above=LONG, address=address), paper
    )
    assert codes(pdf) == [address]
    assert words(pdf).count("Hoa Lư") == 4 + words(pdf).count("HOA LƯ") - 1


def test_text_from_outside_is_never_read_as_markup() -> None:
    odd = '#panic("x") *đậm* $x$ \\ "nháy" [ngoặc] #{1+1} `mã` <nhãn> @kho'
    found = words(render(poster(unit=odd, counter=odd, place=odd, above=odd, hotline=odd)))
    assert found.count('#panic("x")') == 4


def test_the_drawing_for_print_shops_needs_no_fonts_and_no_other_files() -> None:
    svg = render(poster(), form="svg")
    assert re.search(rb'viewBox="0 0 595.27\d* 841.88\d*"', svg)
    names = {name.decode() for name in re.findall(rb"<([a-zA-Z]+)", svg)}
    assert {"svg", "path"} <= names
    assert not names & {"text", "image", "script", "style", "foreignObject"}
    links = re.findall(rb'href="([^"]*)"', svg)
    assert links
    assert all(link.startswith(b"#") for link in links)


def test_the_drawing_has_the_code_as_one_path() -> None:
    drawing = posters.drawing(f"{SITE}/c/7K2M4P")
    svg = render(poster(), form="svg").decode()
    paths = [d for d in re.findall(r' d="([^"]+)"', svg) if d.count("Z") == len(drawing.runs)]
    [code] = paths
    unit = 88 * MM / drawing.size
    # Each run begins where the one before it began, and so far on.
    steps = re.findall(r"m (-?[\d.]+) (-?[\d.]+)h (-?[\d.]+)", code)
    x = y = 0.0
    found = []
    for right, down, length in steps:
        x, y = x + float(right), y + float(down)
        found.append((round(x / unit), round(y / unit), round(float(length) / unit)))
    assert tuple(found) == drawing.runs


@pytest.fixture
def points(app: Flask) -> dict[str, int]:
    """Two counters of one unit, one of another, one switched off; by code."""
    with writing() as session:
        units = [
            Unit(code=code, name=f"Phường {code}", level=UnitLevel.COMMUNE, kind=UnitKind.WARD)
            for code in ("TB", "LB")
        ]
        session.add_all(units)
        session.flush()
        ids = [unit.id for unit in units]
    places = {"TB-1": ids[0], "TB-2": ids[0], "LB-1": ids[1], "LB-9": ids[1]}
    made = {
        code: counters.add(SYSTEM, unit, f"Quầy {code}", "", code) for code, unit in places.items()
    }
    counters.switch(SYSTEM, made["LB-9"], active=False)
    return made


def test_one_poster_is_handed_out_at_once(app: Flask, signed_in, points: dict[str, int]) -> None:
    browser = signed_in(Role.COORDINATOR)
    path = f"/counters/{points['TB-1']}/poster"
    reply = browser.get(f"{path}.pdf?paper=a3")
    assert (reply.status_code, reply.content_type) == (200, "application/pdf")
    assert "filename=ap-phich-TB-1-a3.pdf" in reply.headers["Content-Disposition"]
    assert codes(reply.data) == [f"{app.config['KHAOSAT'].address}/c/TB-1"]
    assert browser.get(f"{path}.svg").content_type.startswith("image/svg+xml")
    for wrong in (f"{path}.png", f"{path}.pdf?paper=a9", "/counters/4711/poster.pdf"):
        assert browser.get(wrong).status_code == 404


def printed(browser, unit: object, paper: str = "a4") -> tuple[int, zipfile.ZipFile]:
    reply = browser.post("/counters/posters", data={"posters_of": unit, "paper": paper})
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.runner(current_app._get_current_object(), "test")(job_id)
    db.session.rollback()
    page = browser.get(f"/jobs/{job_id}").text
    [file] = re.findall(rf'href="(/jobs/{job_id}/files/\d+)"', page)
    return job_id, zipfile.ZipFile(io.BytesIO(browser.get(file).data))


def test_the_posters_of_all_units_come_by_unit(app: Flask, signed_in, points) -> None:
    browser = signed_in(Role.COORDINATOR)
    job_id, archive = printed(browser, "all")
    names = [
        f"{code[:2]}/ap-phich-{code}-a4.{form}"
        for code in ("LB-1", "TB-1", "TB-2")
        for form in ("pdf", "svg")
    ]
    assert sorted(archive.namelist()) == sorted(names)
    site = app.config["KHAOSAT"].address
    assert codes(archive.read("TB/ap-phich-TB-2-a4.pdf")) == [f"{site}/c/TB-2"]
    job = jobs.job(job_id)
    assert job is not None
    assert (job.done, job.total, job.result) == (3, 3, {"posters": 3, "units": 2})


def test_the_posters_of_one_unit_are_only_its_own(app: Flask, signed_in, points) -> None:
    found = rows.one(points["TB-1"])
    assert found is not None
    _, archive = printed(signed_in(Role.ADMINISTRATOR), found.unit_id, "a3")
    assert {name.split("/")[0] for name in archive.namelist()} == {"TB"}
    assert len(archive.namelist()) == 4


def test_printing_can_be_stopped_and_finds_counters_only(app: Flask, points) -> None:
    told = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        posters.print_posters(SYSTEM, None, Paper.A4, SITE, stop)
    assert told == [(0, 3), (1, 3)]
    with pytest.raises(NotFoundError):
        posters.print_posters(SYSTEM, 4711, Paper.A4, SITE, stop)


@pytest.mark.parametrize("sent", [{"posters_of": "x"}, {"posters_of": "all", "paper": "a0"}, {}])
def test_a_wrong_wish_prints_nothing(signed_in, points, sent: dict[str, str]) -> None:
    browser = signed_in(Role.COORDINATOR)
    assert browser.post("/counters/posters", data=sent).status_code == 422
