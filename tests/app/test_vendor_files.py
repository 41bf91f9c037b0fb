"""What the pages load: files of our own, byte for byte those that were reviewed."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template
from wtforms import BooleanField, Form, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import create_app
from app.config import read_settings
from app.web import static_files

APP = Path(__file__).parents[2] / "app"
VENDOR = APP / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text("utf-8"))
TEMPLATES = sorted(APP.joinpath("templates").rglob("*.html"))
RESPONDENT_STYLE = APP / "templates" / "layouts" / "respond.css"
STYLES = [*APP.joinpath("static").glob("*.css"), *RESPONDENT_STYLE.parent.glob("*.css")]


def digests() -> dict[str, str]:
    """SHA-256 of every file below the vendor folder but the manifest."""
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name != "MANIFEST.json"]
    return {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_every_vendored_file_is_the_one_in_the_manifest():
    assert digests() == MANIFEST["files"]


def test_every_vendored_package_brings_its_licence_and_names_its_archive():
    assert {package["folder"] for package in MANIFEST["packages"]} == {
        path.name for path in VENDOR.iterdir() if path.is_dir()
    }
    for package in MANIFEST["packages"]:
        assert f"{package['folder']}/LICENSE" in MANIFEST["files"]
        assert package["licence"] in {"MIT", "OFL-1.1", "0BSD"}
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_loads_only_files_that_are_there(path: Path):
    for address in re.findall(r'url\("?([^")]+)"?\)', path.read_text("utf-8")):
        name, _, written = address.partition("?v=")
        assert (path.parent / name).is_file(), address
        # Browsers keep the file for a year: a changed file needs another address.
        assert written == static_files.version(name), address
    assert "@import" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_to_the_content_security_policy(path: Path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//", text) == []
    assert re.findall(r"\|\s*safe\b", text) == []
    for tag in re.findall(r"<(?:style|script)\b[^>]*>", text):
        assert "csp_nonce" in tag


def test_the_respondents_style_stays_under_six_kilobytes():
    sent = re.sub(r"\{#.*?#\}", "", RESPONDENT_STYLE.read_text("utf-8"), flags=re.DOTALL)
    assert 1_000 < len(sent.encode()) < 6 * 1024
    assert "url(" not in sent


class EveryField(Form):
    """One field of each shape that the macros know."""

    name = StringField("Tên kỳ khảo sát", [InputRequired("Xin nhập tên")], description="Trên phiếu")
    size = IntegerField("Cỡ mẫu")
    audience = SelectField(
        "Đối tượng", choices=[SelectChoice("a", "Người dân"), SelectChoice("b", "Doanh nghiệp")]
    )
    method = RadioField(
        "Cách rút mẫu", choices=[SelectChoice("srs", "Ngẫu nhiên"), SelectChoice("sys", "Hệ thống")]
    )
    trial = BooleanField("Kỳ thử nghiệm")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = str(tmp_path_factory.mktemp("look"))
    made = create_app(read_settings({"KHAOSAT_HOME": home, "KHAOSAT_SECRET_KEY": "k" * 40}))
    with made.test_request_context("/"):
        yield made


@pytest.fixture(scope="module")
def components(site: Flask) -> str:
    form = EveryField()
    assert not form.validate()
    account = {"name": "Hạnh", "role": "Điều phối viên", "sign_out_url": "/sign-out", "links": []}
    return render_template("components.html", form=form, account=account)


def test_every_icon_that_a_template_names_is_in_the_sprite_and_no_other():
    sprite = (VENDOR / "bootstrap-icons" / "icons.svg").read_text("utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    assert len(named_icons(TEMPLATES)) > 20
    assert named_icons(TEMPLATES) <= known
    # A sample on the page of components alone keeps no icon in the sprite.
    assert (
        known - named_icons([path for path in TEMPLATES if path.name != "components.html"]) == set()
    )


def named_icons(templates: list[Path]) -> set[str]:
    """Find the icons that templates name: by the macro, as a glyph, or after a tone."""
    text = "\n".join(path.read_text("utf-8") for path in templates)
    tones = "primary|link|neutral|active|info|success|warning|danger"
    named = set(re.findall(rf'(?:\bicon\(|glyph=|"(?:{tones})", )"([a-z][a-z-]+)"(?!:)', text))
    for shapes in re.findall(r"set (?:shapes|glyph) = (\{.*?%\})", text):
        named |= set(re.findall(r'(?:: |, )"([a-z-]+)"(?!:)', shapes))
    return named - set(tones.split("|"))


def test_no_id_stands_twice_and_every_reference_has_its_target(components: str):
    ids = re.findall(r'\sid="([^"]+)"', components)
    assert sorted(ids) == sorted(set(ids))
    for names in re.findall(r'(?:aria-labelledby|aria-describedby|for)="([^"]+)"', components):
        assert set(names.split()) <= set(ids), names
    for target in re.findall(r'<a [^>]*href="#([^"]+)"', components):
        assert target in ids, target


def test_a_faulty_field_tells_readers_what_is_wrong(components: str):
    control = re.search(r'<input[^>]*name="name"[^>]*>', components)
    assert control is not None
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="name-hint name-error"' in control[0]
    assert re.search(r'<p class="form-error" id="name-error">.*?Xin nhập tên</p>', components)
    assert '<a href="#name">Tên kỳ khảo sát: Xin nhập tên</a>' in components


def test_the_sign_out_and_every_other_post_form_carry_a_token(components: str):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', components, re.DOTALL)
    assert len(forms) >= 4
    assert 'action="/sign-out"' in forms[0]
    # The choice of a language changes only the reader's own pages, and a token is a cookie.
    for form in forms:
        assert ('name="csrf_token"' in form) != ('action="/language"' in form)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_happened_in_words(site: Flask, status: int):
    page = render_template(
        "errors/error.html",
        status=status,
        title="Không tìm thấy trang này",
        message="Xin kiểm tra lại địa chỉ.",
        action=("Về trang đầu", "/"),
    )
    assert "<h1>Không tìm thấy trang này</h1>" in page
    assert str(status) in page
    assert re.search(r'<a class="btn btn-primary" href="/">\s*Về trang đầu', page)


def test_the_last_resort_page_needs_nothing_from_the_application():
    text = (APP / "templates" / "errors" / "plain.html").read_text("utf-8")
    body = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    assert re.findall(r"\{%|url_for|_\(", body) == []
    assert set(re.findall(r"\{\{(.*?)\}\}", body)) == {" status | default(500) "}


def test_an_address_of_a_file_changes_with_the_file_and_is_kept_for_a_year(site: Flask):
    client = site.test_client()
    page = client.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    assert len(addresses) >= 6
    for address in addresses:
        name, _, digest = address.removeprefix("/static/").partition("?v=")
        content = (APP / "static" / name).read_bytes()
        assert digest == hashlib.sha256(content).hexdigest()[:10], address
        reply = client.get(address)
        assert reply.data == content
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable", address


def test_a_file_that_no_page_asks_for_with_a_hash_is_asked_for_again_soon(site: Flask):
    reply = site.test_client().get("/static/vendor/MANIFEST.json")
    kept = re.search(r"max-age=(\d+)", reply.headers["Cache-Control"])
    assert kept
    assert int(kept[1]) <= 86_400
