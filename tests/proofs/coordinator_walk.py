"""What the coordinator of a province does on screen with a list of dossiers, step by step."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from app.services import case_rules
from tests.journeys import office
from tests.journeys.conftest import DESK, picture
from tests.proofs import coordinator_list
from tests.proofs.coordinator_window import Walk, number

SOURCE, NUMBER = "Xổ số kiến thiết Đồng Nai, giải đặc biệt kỳ 25/11/2026", "482915"
# Of a stratum's sample, as many cases are lost as the plan allows reserves.
LOST_SHARE = 0.3
FEW = 10_000
PAPERS = ("commitment.json", "leaves.txt", "record.json", "revealed.json")


def whole(walk: Walk, at_heaviest: Callable[[], None] = lambda: None) -> None:
    """Go from an empty round to its close; `at_heaviest` is called while the round is open."""
    make_round(walk)
    send_faulty(walk)
    send_mended(walk)
    compare(walk)
    commit(walk)
    draw(walk)
    frame = take_papers(walk)
    not_yet(walk, frame)
    at_heaviest()
    reserves(walk, drawn_of_one_stratum(walk, frame))
    close(walk, frame)


def make_round(walk: Walk) -> None:
    """Plan a round."""
    walk.page.goto(f"{walk.site.address}/rounds/new")
    walk.page.fill("#name", "Khảo sát quý III năm 2026")
    walk.page.fill("#year", "2026")
    office.press(walk.page, "/rounds")
    walk.round_id = int(walk.page.url.rsplit("/", 1)[1])
    walk.look("round-planned")


def send(walk: Walk, file: Path) -> None:
    """Upload a list and say what its columns mean, unless its header came before."""
    with walk.step(f"upload {file.name}"):
        walk.go("/frame")
        office.upload(walk.page, "/frame", file)
        walk.look("job-reading")
        walk.ended()
        office.go_on(walk.page)
    with walk.step("mapping"):
        walk.look("mapping")
        walk.page.check("input[name=rows][value=step]")
        walk.page.fill("#source_name", "Phần mềm một cửa")
        form = walk.page.locator('main form[action*="/frame/mapping/"]')
        for select in walk.page.locator("select[name^=word-status]").all():
            if not select.input_value():
                select.select_option("returned")
        with walk.page.expect_navigation():
            form.locator("button[type=submit]").click()


def send_faulty(walk: Walk) -> None:
    """Send a list with faults: all of them are told by row and column, nothing is stored."""
    file = coordinator_list.csv_file(walk.folder / "loi.csv", coordinator_list.spoilt(walk.count))
    send(walk, file)
    with walk.step("faults"):
        walk.ended("danger")
        walk.look("faults")
    rows = walk.page.locator("#faults tbody tr")
    wrong = coordinator_list.planted(walk.count)
    expect(rows).to_have_count(len(wrong))
    for place, (line, (column, text)) in enumerate(sorted(wrong.items())):
        for said in (number(line), coordinator_list.HEADER[column], text):
            expect(rows.nth(place)).to_contain_text(said)
    expect(walk.page.locator("#files a")).to_have_count(1)
    walk.go("", "round-still-planned")
    expect(walk.page.locator("main a[href$='/frame']")).to_have_count(1)
    expect(walk.page.locator("main a[href$='/coverage']")).to_have_count(0)


def send_mended(walk: Walk) -> None:
    """Send the mended list: its header is known by now, so it is taken over at once."""
    file = coordinator_list.csv_file(walk.folder / "du.csv", coordinator_list.rows(walk.count))
    with walk.step("import"):
        walk.go("/frame", "frame")
        office.upload(walk.page, "/frame", file)
        walk.look("job-importing")
        walk.ended()
        walk.look("job-imported")
        office.go_on(walk.page)
    with walk.step("coverage"):
        walk.look("coverage")
    walk.says(number(walk.count))
    expect(walk.page.locator("#reach tbody tr")).to_have_count(95)
    walk.go("", "round-framed")
    walk.says(number(walk.count))


def compare(walk: Walk) -> None:
    """Compare three designs side by side, and take the second over into the plan."""
    with walk.step("designs"):
        walk.page.goto(walk.path("/designs?d4-allocation="))
        walk.look("designs")
    expect(walk.page.locator(".design")).to_have_count(3)
    expect(walk.page.locator("#units tbody tr")).to_have_count(95)
    with walk.step("plan"), walk.page.expect_navigation():
        walk.page.locator(".design a.btn").nth(1).click()
    size = 95 * (40 if walk.count > FEW else 10)
    walk.page.fill("#minimum", "5")
    walk.page.fill("#size", str(size))
    walk.page.fill("#expected_response", "60")
    with walk.step("preview"), walk.page.expect_navigation():
        walk.page.click('main form[method="get"] button[type=submit]')
    walk.look("plan")
    expect(walk.page.locator("#strata tbody tr")).to_have_count(95)
    walk.says(number(walk.count), number(size))


def commit(walk: Walk) -> None:
    """Commit to the plan before the number is known."""
    walk.page.fill("#public_source", SOURCE)
    walk.page.check("#confirm")
    with walk.step("commit"):
        office.press(walk.page, f"/rounds/{walk.round_id}/plan")
        walk.ended()
        office.go_on(walk.page)
    walk.look("round-committed")
    walk.says(SOURCE)
    with walk.step("public draw"):
        walk.page.goto(f"{walk.site.address}/public/draws/{walk.round_id}")
        walk.look("public-committed")
    walk.says(SOURCE, number(walk.count))


def draw(walk: Walk) -> None:
    """Enter the public number, draw, open."""
    walk.go("/draw", "draw-before")
    walk.page.fill("#public_number", NUMBER)
    with walk.step("draw"):
        office.press(walk.page, f"/rounds/{walk.round_id}/draw")
        walk.ended()
        walk.look("job-drawn")
    with walk.step("draw page"):
        walk.go("/draw", "draw-after")
    walk.go("", "round-drawn")
    walk.says(NUMBER, "95")
    with walk.step("open"):
        office.press(walk.page, f"/rounds/{walk.round_id}/open")
        walk.ended()
    for place in ("", "/field", "/field/strata", "/counts", "/slips"):
        with walk.step(f"page {place or 'round'}"):
            walk.go(place, "open" + place.replace("/", "-"))


def take_papers(walk: Walk) -> Path:
    """Download the public papers, and the list with its salts; the list's place."""
    public(walk)
    walk.go("/draw")
    with walk.step("frame.csv"):
        office.press(walk.page, "/draw/frame.csv")
        walk.ended()
        with walk.page.expect_download(timeout=walk.patience) as download:
            walk.page.click("#files a")
    path = walk.folder / "frame.csv"
    download.value.save_as(path)
    return path


def public(walk: Walk) -> None:
    """Download what everybody may have by now."""
    with walk.step("papers"):
        for name in PAPERS:
            place = f"{walk.site.address}/public/draws/{walk.round_id}/files/{name}"
            file = walk.page.request.get(place, timeout=walk.patience)
            if file.ok:
                (walk.folder / name).write_bytes(file.body())


def papers(walk: Walk, *names: str) -> list[str]:
    """Place of downloaded papers, as arguments."""
    return [str(walk.folder / name) for name in names]


def not_yet(walk: Walk, frame: Path) -> None:
    """Before the close the verifier has one complaint: there is no secret."""
    assert not (walk.folder / "revealed.json").exists()
    record, promise = papers(walk, "record.json", "commitment.json")
    with walk.step("verify"):
        code, said = walk.verify(record, str(frame), "--commitment", promise)
    assert code == 1, said
    complaints = [line for line in said.splitlines() if "secret" in line]
    assert len(complaints) == 1, said


def drawn_of_one_stratum(walk: Walk, frame: Path) -> tuple[str, list[str]]:
    """Find a stratum on the record and the codes of its drawn dossiers, as whoever has both can."""
    record = json.loads((walk.folder / "record.json").read_text())
    pairs = zip(record["strata"], record["result"], strict=True)
    stratum, result = max(pairs, key=lambda pair: len(pair[1]["drawn"]))
    wanted, found = set(result["drawn"]), []
    with io.StringIO(frame.read_text("utf-8-sig"), newline="") as text:
        for row in csv.DictReader(text):
            salted = bytes.fromhex(row["salt"]) + row["code"].encode()
            if hashlib.sha256(salted).hexdigest() in wanted:
                found.append(row["code"])
    assert len(found) == len(wanted)
    return stratum["label"], found


def reserves(walk: Walk, stratum: tuple[str, list[str]]) -> None:
    """Note lost cases, ask for reserves, have a second person agree, put them to use."""
    label, codes = stratum
    page, lost = walk.page, case_rules.planned(len(codes), LOST_SHARE)
    walk.go("/cases", "cases")
    page.fill("#code", codes[0])
    page.select_option("#outcome", "refused")
    office.press(page, "/cases")
    listed = walk.folder / "ket-qua.csv"
    lines = [f"{code},từ chối,điện thoại" for code in codes[1:lost]]
    listed.write_text("\n".join(["mã hồ sơ,kết quả,kênh", *lines]), "utf-8")
    with walk.step("outcomes"):
        office.upload(page, "/cases/file", listed)
    walk.look("cases-noted")
    walk.says(str(lost - 1))
    with walk.step("reserves page"):
        walk.go("/reserves", "reserves")
    option = page.locator("#stratum option", has_text=f"({label})")
    expect(option).to_contain_text(f"({lost})")
    page.select_option("#stratum", option.get_attribute("value"))
    page.fill("#count", str(lost))
    page.fill("#reason", "Nhiều người từ chối trả lời qua điện thoại.")
    office.press(page, "/reserves")
    walk.look("reserves-asked")
    approve(walk)
    walk.go("/reserves", "reserves-approved")
    with walk.step("reserves"):
        office.press(page, "/use")
        walk.ended()
        walk.look("job-reserves")
    walk.go("/reserves", "reserves-used")
    row = page.locator("#strata tbody tr", has_text=f"({label})")
    expect(row.locator("td").nth(3)).to_have_text(str(lost))


def approve(walk: Walk) -> None:
    """Agree as another person, in a window of their own."""
    browser = walk.page.context.browser
    assert browser is not None
    other = browser.new_page(viewport=DESK)
    other.set_default_timeout(walk.patience)
    office.sign_in(other, walk.site, "duyet@x.vn")
    other.goto(f"{walk.site.address}/approvals")
    picture(other, "approvals")
    other.locator("section[id^=approval-] textarea").fill("Đã xem danh sách, đồng ý.")
    with other.expect_navigation():
        other.click("button[name=approve]")
    picture(other, "approvals-done")
    other.close()


def close(walk: Walk, frame: Path) -> None:
    """Close the round: now the secret is out and everything proves to be as published."""
    walk.go("")
    walk.page.locator("details.fold summary").first.click()
    walk.page.check("#confirm")
    with walk.step("close"):
        office.press(walk.page, "/close")
        walk.ended()
    walk.go("", "round-closed")
    with walk.step("public draw closed"):
        walk.page.goto(f"{walk.site.address}/public/draws/{walk.round_id}")
        walk.look("public-closed")
    public(walk)
    record, promise, secret = papers(walk, "record.json", "commitment.json", "revealed.json")
    with walk.step("verify closed"):
        code, said = walk.verify(record, str(frame), "--commitment", promise, "--revealed", secret)
    assert code == 0, said
    assert "đúng như đã công bố" in said.casefold() or "as published" in said
