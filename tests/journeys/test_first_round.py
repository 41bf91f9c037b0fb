"""From an empty installation to a published index, as five people live through it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys import instruments
from surveys.answering import field_name
from tests.factories import PASSWORD
from tests.journeys import office, papers
from tests.journeys.conftest import DESK, PHONE, Site, fits, follow, page_of, picture

pytestmark = pytest.mark.browser

# Unit, its group, dossiers, share of verified points, level of satisfaction of everybody there.
UNITS = {
    "26068": ("communes", 48, "0.9", "5"),
    "26080": ("communes", 44, "0.95", "2"),
    "STP": ("departments", 46, "0.8", "4"),
}
DRAWN_EACH, ANSWERS_EACH = 40, 36
COORDINATOR, MERGER = "dieuphoi@x.vn", "noivu@x.vn"
CHECKER, APPROVER = "kiemtra@x.vn", "duyet@x.vn"


def form_of(level: str) -> dict[str, str]:
    """Answer every rating with one level, and nothing else."""
    questionnaire = instruments.load("citizen_satisfaction")
    ratings = [question for question in questionnaire.questions if question.kind == "scale"]
    required = [q for q in questionnaire.questions if q.required and q.kind == "single_choice"]
    answers = {field_name(question): level for question in ratings}
    return answers | {field_name(question): question.choices[0].code for question in required}


def test_a_round_goes_from_dossier_list_to_published_index(
    browser: Browser, site: Site, tmp_path: Path
):
    desk = page_of(browser, DESK)
    set_up(desk, site)
    coordinator = page_of(browser, DESK)
    office.sign_in(coordinator, site, COORDINATOR)
    draw_a_sample(coordinator, site, tmp_path)
    sheets = print_slips(coordinator, site, tmp_path)
    answer_by_phone(browser, sheets["26068"][0])
    answer_the_rest(sheets)
    close_and_estimate(coordinator, site)
    publish(browser, site, tmp_path)
    visitor_sees_the_ranking(browser, site)
    assert "nguyên vẹn" in site.command("audit", "verify")


def set_up(page: Page, site: Site) -> None:
    page.goto(site.address)
    picture(page, "first-run")
    page.fill("#name", "Trần Thị Quản")
    page.fill("#email", "quan@x.vn")
    page.fill("#password", PASSWORD)
    office.press(page, "/setup")
    expect(page.locator("header .menu summary").first).to_contain_text("Trần Thị Quản")
    picture(page, "overview")
    page.goto(f"{site.address}/units")
    page.click('main form[action$="/units/shipped"] button')
    expect(page.locator("#units tbody tr")).to_have_count(114)
    roles = {COORDINATOR: "coordinator", APPROVER: "approver"}
    office.people(site, roles | dict.fromkeys((MERGER, CHECKER), "home_affairs"))


def draw_a_sample(page: Page, site: Site, folder: Path) -> None:
    page.goto(f"{site.address}/rounds/new")
    page.fill("#name", "Đợt khảo sát thử của hành trình")
    page.fill("#year", "2026")
    office.press(page, "/rounds")
    good = papers.dossier_list({unit: facts[1] for unit, facts in UNITS.items()})
    bad = folder / "sai.csv"
    bad.write_text(good.replace("02/03/2026", "31/02/2026", 1))
    page.goto(f"{site.address}/rounds/1/frame")
    picture(page, "frame")
    office.upload(page, "/rounds/1/frame", bad)
    office.job_failed(page)
    expect(page.locator("#faults tbody tr").first).to_contain_text("received")
    picture(page, "faults")
    listed = folder / "ho-so.csv"
    listed.write_text(good)
    page.goto(f"{site.address}/rounds/1/frame")
    office.upload(page, "/rounds/1/frame", listed)
    office.job_done(page)
    office.go_on(page)
    picture(page, "coverage")
    page.goto(f"{site.address}/rounds/1/plan")
    page.fill("#size", str(DRAWN_EACH * len(UNITS)))
    page.fill("#minimum", str(DRAWN_EACH))
    page.fill("#expected_response", "90")
    with page.expect_navigation():
        page.click('main form[method="get"] button[type=submit]')
    expect(page.locator("#strata tbody tr")).to_have_count(len(UNITS))
    picture(page, "plan")
    page.fill("#public_source", "Xổ số kiến thiết Đồng Nai, giải đặc biệt kỳ 25/11/2026")
    page.check("#confirm")
    office.press(page, "/rounds/1/plan")
    office.job_done(page)
    office.go_on(page)
    picture(page, "committed")
    page.goto(f"{site.address}/rounds/1/draw")
    picture(page, "draw")
    page.fill("#public_number", "482915")
    office.press(page, "/rounds/1/draw")
    office.job_done(page)
    page.goto(f"{site.address}/rounds/1")
    picture(page, "drawn")
    office.press(page, "/rounds/1/open")
    office.job_done(page)


def print_slips(page: Page, site: Site, folder: Path) -> dict[str, list[str]]:
    page.goto(f"{site.address}/rounds/1/slips")
    picture(page, "slips")
    rows = page.locator("#slips tbody tr")
    expect(rows).to_have_count(len(UNITS))
    sheets = {}
    for unit in UNITS:
        page.goto(f"{site.address}/rounds/1/slips")
        with page.expect_navigation():
            rows.filter(has_text=unit).locator("button").click()
        office.job_done(page)
        with page.expect_download() as downloading:
            page.click("#files a")
        path = folder / f"{unit}.pdf"
        downloading.value.save_as(path)
        sheets[unit] = papers.addresses(path)
        assert len(sheets[unit]) == len(set(sheets[unit])) == DRAWN_EACH
    return sheets


def answer_by_phone(browser: Browser, address: str) -> None:
    page = page_of(browser, PHONE, java_script_enabled=False)
    page.goto(address)
    assert "/q/" not in page.url
    picture(page, "questions")
    page.click("main form button[type=submit]")
    expect(page.locator("[role=alert]").first).to_be_visible()
    picture(page, "questions-faults")
    for name, value in form_of("5").items():
        page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)
    page.locator("textarea").fill("Cán bộ hướng dẫn tận tình.")
    page.click("main form button[type=submit]")
    picture(page, "thanks")
    receipt = page.locator(".receipt").inner_text().split("\n")[-1]
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", receipt)
    page.goto(address)
    picture(page, "already-answered")
    expect(page.locator("form[method=post] fieldset")).to_have_count(0)


def answer_the_rest(sheets: dict[str, list[str]]) -> None:
    for unit, (_, _, _, level) in UNITS.items():
        waiting = sheets[unit][1:] if unit == "26068" else sheets[unit]
        already = 1 if unit == "26068" else 0
        for address in waiting[: ANSWERS_EACH - already]:
            page = papers.Phone().answer(address, form_of(level))
            assert "receipt" in page


def close_and_estimate(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/rounds/1")
    picture(page, "open")
    # The count of the last hour, if the clock has come by: never what has just arrived.
    expect(page.locator("#answers")).to_be_visible()
    page.locator("details.fold summary").first.click()
    page.check("#confirm")
    office.press(page, "/rounds/1/close")
    office.job_done(page)
    told = site.command("rounds", "verify", "1")
    assert f"{ANSWERS_EACH * len(UNITS)}" in told
    page.goto(f"{site.address}/rounds/1/field")
    expect(page.locator("#units tbody tr").first).to_contain_text(str(ANSWERS_EACH))
    page.goto(f"{site.address}/rounds/1")
    picture(page, "closed")
    office.press(page, "/rounds/1/estimate")
    office.job_done(page)
    office.go_on(page)
    picture(page, "estimates")
    assert fits(page)


def publish(browser: Browser, site: Site, folder: Path) -> None:
    page = page_of(browser, DESK)
    office.sign_in(page, site, MERGER)
    page.goto(f"{site.address}/index/criteria-sets")
    office.press(page, "/index/criteria-sets/example")
    office.job_done(page)
    page.goto(f"{site.address}/index/new")
    page.fill("#year", "2026")
    page.fill("#name", "Chỉ số CCHC năm 2026")
    page.check("#surveys input[value='1']")
    office.press(page, "/index")
    scores = folder / "diem.csv"
    scores.write_text(papers.score_list({u: (f[0], f[2]) for u, f in UNITS.items()}))
    page.goto(f"{site.address}/index/1")
    picture(page, "index")
    office.upload(page, "/index/1/scores", scores)
    office.job_done(page)
    office.go_on(page)
    picture(page, "scores")
    with page.expect_navigation():
        page.click("main input[name=digest] + button")
    office.job_done(page)
    page.goto(f"{site.address}/index/1")
    office.press(page, "/index/1/merge")
    office.job_done(page)
    page.goto(f"{site.address}/index/1")
    picture(page, "merged")
    for step, person in (("/check", CHECKER), ("/approve", APPROVER)):
        page.goto(f"{site.address}/index/1")
        expect(page.locator(f'main form[action$="{step}"]')).to_have_count(0)
        other = page_of(browser, DESK)
        office.sign_in(other, site, person)
        other.goto(f"{site.address}/index/1")
        picture(other, step[1:])
        office.press(other, step)
    page.goto(f"{site.address}/index/1")
    office.press(page, "/publish")


def visitor_sees_the_ranking(browser: Browser, site: Site) -> None:
    """Satisfied everywhere: 28 of 28 survey points; nowhere: 0. The rest is 72 times the share."""
    for size in (DESK, PHONE):
        page = page_of(browser, size)
        page.goto(f"{site.address}/public")
        picture(page, "public")
        follow(page, "main a[href='/public/1']")
        picture(page, "result")
        assert fits(page)
        communes = page.locator("#ranking-communes tbody tr")
        expect(communes).to_have_count(2)
        expect(communes.nth(0)).to_contain_text("Biên Hòa")
        expect(communes.nth(0)).to_contain_text("92,80")
        expect(communes.nth(0)).to_contain_text("Xuất sắc")
        expect(communes.nth(1)).to_contain_text("68,40")
        expect(page.locator("#ranking-departments tbody tr")).to_contain_text(["85,60"])
        page.goto(f"{site.address}/public/draws/1")
        picture(page, "public-draw")
        expect(page.locator("main")).to_contain_text("482915")
        assert fits(page)
