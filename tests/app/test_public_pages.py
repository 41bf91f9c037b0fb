"""What anybody may read of an index, and the files that go with it."""

import csv
import hashlib
import io
import json
from fractions import Fraction

import pytest
from flask import Flask

from app.database import writing
from app.models import LogHead, Unit
from app.queries import results
from app.services import merging, publishing, reopening, result_files
from tests.app.index_factory import SCHEME, approved, merged, people
from tests.app.recomputing import recomputed


@pytest.fixture
def published(app: Flask):
    crew = people()
    view = merged(crew.merger, SCHEME.replace(b"max_points: 20", b"max_points: 23"))
    approved(crew, view.head.id)
    publishing.publish(crew.merger, view.head.id)
    return view


def test_an_empty_list_says_why(client):
    page = client.get("/public")
    assert page.status_code == 200
    assert "0" * 64 in page.text  # the log has no entry yet, or one


def test_the_list_shows_indexes_and_the_head_of_the_log(client, published):
    page = client.get("/public").text
    assert f'href="/public/{published.head.id}"' in page
    assert results.log_head().hash in page


def test_the_page_shows_ranks_with_decimal_commas_and_its_hash(client, published):
    client.set_cookie("khaosat_language", "vi")
    page = client.get(f"/public/{published.head.id}").text
    assert "76,21" in page  # 78.5 of 103
    assert "72,82" in page  # 75 of 103
    assert page.index("76,21") < page.index("72,82")
    assert published.head.hash in page
    assert "style=" not in page.split("<main")[1]


@pytest.mark.parametrize("suffix", ["", "/index.json", "/index.csv"])
def test_what_is_not_published_does_not_exist(app, client, suffix):
    crew = people()
    view = merged(crew.merger)
    approved(crew, view.head.id)
    assert client.get(f"/public/{view.head.id}{suffix}").status_code == 404
    assert client.get(f"/public/999{suffix}").status_code == 404
    assert client.get(f"/public/{10**12}{suffix}").status_code == 404
    assert "Chỉ số CCHC 2026" not in client.get("/public").text


def test_the_json_is_what_was_hashed_and_can_be_recomputed(client, published):
    reply = client.get(f"/public/{published.head.id}/index.json")
    assert hashlib.sha256(reply.data).hexdigest() == published.head.hash
    document = json.loads(reply.data)
    expected = recomputed(document, "communes")
    for unit in document["units"]:
        total, most, percent, rank, band = expected[unit["code"]]
        assert [Fraction(unit[key]) for key in ("total", "max_applicable", "percent")] == [
            total,
            most,
            percent,
        ]
        assert (unit["rank"], unit["band"]) == (rank, band)


def test_the_table_is_exact_where_decimals_end(client, published):
    reply = client.get(f"/public/{published.head.id}/index.csv")
    table = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert [(row["rank"], row["unit"], row["total"]) for row in table] == [
        ("1", "B", "78.5"),
        ("2", "A", "75"),
    ]
    percent = Fraction(table[0]["percent"])
    exact = 100 * Fraction(table[0]["total"]) / Fraction(table[0]["max_applicable"])
    assert abs(percent - exact) < Fraction(1, 10**17)
    assert table[0]["field 2"] == "28"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_text_becomes_a_formula(start):
    assert result_files.harmless(f"{start}1+1") == f"'{start}1+1"
    assert result_files.harmless(f"Xã {start}1") == f"Xã {start}1"


def test_a_unit_named_like_a_formula_is_harmless_in_table_and_page(app, client):
    crew = people()
    view = merged(crew.merger)
    assert view.document.units[0].name
    with writing() as session:
        session.query(Unit).filter_by(code="B").one().name = "=1+1<script>"
    reopening.reopen(crew.merger, view.head.cycle_id, "Tên đơn vị thay đổi")
    result_id = merging.merge_index(crew.merger, view.head.cycle_id)
    approved(crew, result_id)
    publishing.publish(crew.merger, result_id)
    assert b"'=1+1<script>" in client.get(f"/public/{result_id}/index.csv").data
    assert "=1+1<script>" not in client.get(f"/public/{result_id}").text
    assert "=1+1&lt;script&gt;" in client.get(f"/public/{result_id}").text


def test_later_acts_change_no_published_number(client, published):
    before = client.get(f"/public/{published.head.id}/index.json").data
    with writing() as session:
        session.query(Unit).filter_by(code="A").one().name = "Tên mới"
        session.get_one(LogHead, 1)
    assert client.get(f"/public/{published.head.id}/index.json").data == before
