"""A province writes its own questionnaire: mended, looked at on a phone, published, asked."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture
from tests.journeys.looking import Walk, look

pytestmark = pytest.mark.browser

PERSON = "dieuphoi@x.vn"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "questionnaires.md"
EXAMPLE = json.loads(re.search(r"```json\n(.*?)```", GUIDE.read_text(), re.S)[1])  # type: ignore[index]


def test_an_own_questionnaire_is_mended_looked_at_published_and_asked(
    browser: Browser, site: Site, tmp_path: Path
):
    office.people(site, {PERSON: "coordinator"})
    page, walk = page_of(browser, DESK), Walk()
    office.sign_in(page, site, PERSON)
    page.goto(f"{site.address}/questionnaires")
    look(page, walk, "questionnaires")
    bring(page, saved(tmp_path, "loi", faulty()))
    expect(page.locator("[role=alert] li")).to_have_count(3)
    look(page, walk, "questionnaire faults")
    bring(page, saved(tmp_path, "phieu", EXAMPLE))
    expect(page.locator("main .state").first).to_have_class("state tone-warning")
    look(page, walk, "questionnaire draft")
    draft = page.url

    looked_at_on_a_phone(browser, site, draft, walk)

    page.goto(draft)
    office.press(page, "/publish")
    expect(page.locator("main .state").first).to_have_class("state tone-success")
    page.goto(f"{site.address}/rounds/new")
    page.fill("#name", "Khảo sát quý III")
    page.check('input[name=questionnaire][value="vi_du@1"]', force=True)
    look(page, walk, "new round")
    office.press(page, "/rounds")
    page.click('main a[href$="/questionnaires/round-1"]')
    expect(page.locator("main")).to_contain_text("Khảo sát quý III")
    look(page, walk, "questionnaire of a round")
    page.goto(draft)
    expect(page.locator('main a[href$="/rounds/1"]')).to_be_visible()
    assert walk.wrong == {}
    assert "nguyên vẹn" in site.command("audit", "verify")


def faulty() -> dict[str, object]:
    """The example with three mistakes."""
    wrong = json.loads(json.dumps(EXAMPLE))
    wrong["sections"][0]["questions"][1]["kind"] = "co_khong"
    del wrong["thanks"]["en"]
    wrong["label"]["vi"] = " "
    # What looks back to the question of unknown kind would be told too.
    del wrong["sections"][0]["questions"][2]["only_if"]
    return dict(wrong)


def saved(folder: Path, name: str, document: object) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document, ensure_ascii=False))
    return path


def bring(page: Page, file: Path) -> None:
    """Upload a file from the list."""
    page.goto(f"{page.url.split('/questionnaires')[0]}/questionnaires")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    office.upload(page, "/questionnaires", file)


def looked_at_on_a_phone(browser: Browser, site: Site, draft: str, walk: Walk) -> None:
    """Go through the preview as people would, on a small screen that runs no script."""
    page = page_of(browser, PHONE, java_script_enabled=False)
    office.sign_in(page, site, PERSON)
    page.goto(f"{draft}/preview?phone=1")
    shown(page, "preview-1")
    choose(page, "a_cach_nop", "truc_tiep")
    choose(page, "a_tre_hen", "yes")
    onward(page)
    shown(page, "preview-2")
    page.fill("input[name=a_so_ngay]", "12")
    onward(page)
    choose(page, "a_thai_do", "1")
    choose(page, "a_huong_dan", "2")
    shown(page, "preview-3")
    onward(page)
    expect(page.locator("main")).to_contain_text("trực tiếp tại Bộ phận Một cửa")
    page.fill("[name=a_ly_do]", "Phải chờ lâu")
    onward(page)
    row = page.locator("#stored tr", has_text="so_ngay")
    expect(row).to_contain_text("12")
    picture(page, "preview-end")
    scripted = page_of(browser, DESK)
    office.sign_in(scripted, site, PERSON)
    scripted.goto(f"{draft}/preview?phone=1")
    assert fits(scripted)
    look(scripted, walk, "preview")
    choose(scripted, "a_cach_nop", "truc_tuyen")
    choose(scripted, "a_tre_hen", "no")
    onward(scripted)
    look(scripted, walk, "preview thanks")
    onward(scripted)
    expect(scripted.locator("#stored")).to_be_visible()
    look(scripted, walk, "preview end")


def shown(page: Page, name: str) -> None:
    """See that the page says what it is."""
    picture(page, name)
    expect(page.locator(".trial-run")).to_be_visible()


def choose(page: Page, field: str, value: str) -> None:
    page.check(f"input[name={field}][value='{value}']", force=True)


def onward(page: Page) -> None:
    with page.expect_navigation():
        page.click("form button[type=submit]:not([name])")
