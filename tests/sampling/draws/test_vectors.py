"""The published test vectors: our code and the stand-alone verifier both come to them."""

import csv
import hashlib
import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sampling import verify_sample
from sampling.apart import Owner
from sampling.arriving import number_of
from sampling.coordination import YEAR, Asked, list_hash
from sampling.draw_plan import read_draw_plan
from sampling.draw_record import AskedList
from sampling.record_reading import read_record
from sampling.salted_frame import SaltedFrame
from sampling.seeding import commitment, seed_of
from sampling.selection import StratifiedPlan, draw, keyed_uniforms
from tests.sampling.draws.papers import (
    Papers,
    apart_papers,
    ceremony_papers,
    dossiers,
    faults,
    papers_of,
)

FILE = Path(verify_sample.__file__).parent / "test_vectors" / "draws.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
DRAWS = {case["name"]: case for case in VECTORS["draws"]}


def rows_of(case: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = csv.DictReader(case["frame"].splitlines())
    return [(it["code"], it["unit"], it["field"], it["respondent_kind"]) for it in rows]


def ours(case: dict[str, Any]) -> Papers:
    plan, _ = read_draw_plan(case["plan"].encode())
    assert plan is not None
    if case["name"].startswith("ceremony"):
        return ceremony_papers(plan, dossiers(rows_of(case)), ["MTTQ"])
    if case["name"].startswith("apart"):
        return apart_papers(plan, dossiers(rows_of(case)), owners_of(case), list_of(case))
    return papers_of(plan, dossiers(rows_of(case)))


def owners_of(case: dict[str, Any]) -> dict[str, Owner]:
    rows = csv.DictReader(case["frame"].splitlines())
    return {it["code"]: Owner(it["owner"], bool(it["asked"])) for it in rows}


def list_of(case: dict[str, Any]) -> AskedList:
    entries = [line.split() for line in case["asked"].splitlines()]
    told = [Asked(owner, date.fromisoformat(on)) for owner, on in entries]
    return AskedList(list_hash(told), YEAR, "2026-10-01")


def checked(case: dict[str, Any], frame: str = "") -> list[str]:
    names = ("record", "frame", "commitment", "revealed")
    record, own, promise, revealed = (case[name].encode() for name in names)
    asked = case["asked"].encode() if "asked" in case else None
    return faults(record, frame.encode() or own, promise, revealed, asked)


@pytest.mark.parametrize("name", DRAWS)
def test_we_write_the_papers_of_every_case_byte_by_byte(name: str) -> None:
    case, papers = DRAWS[name], ours(DRAWS[name])
    assert papers.record.decode() == case["record"]
    assert papers.commitment.decode() == case["commitment"]
    assert papers.frame.decode() == case["frame"]
    found = [(it.stratum, it.rank, it.role, it.dossier.code) for it in papers.draw.rows]
    told = [(it["stratum"], it["rank"], it["role"], it["code"]) for it in case["sample"]]
    assert found == told
    assert [str(it.inclusion) for it in papers.draw.rows] == [
        it["inclusion"] for it in case["sample"]
    ]


@pytest.mark.parametrize("name", DRAWS)
def test_the_verifier_passes_every_case(name: str) -> None:
    assert checked(DRAWS[name]) == []


@pytest.mark.parametrize("name", DRAWS)
def test_a_frame_in_decomposed_letters_or_another_order_is_the_same_frame(name: str) -> None:
    head, *lines = unicodedata.normalize("NFD", DRAWS[name]["frame"]).splitlines()
    assert any(not unicodedata.is_normalized("NFC", line) for line in lines)
    assert checked(DRAWS[name], "\n".join([head, *reversed(lines)])) == []


@pytest.mark.parametrize("name", DRAWS)
def test_a_record_can_be_read_and_written_again(name: str) -> None:
    record, found = read_record(DRAWS[name]["record"].encode())
    assert found == ()
    assert record == ours(DRAWS[name]).draw.record


@pytest.mark.parametrize("name", DRAWS)
def test_no_record_holds_a_code_or_a_secret(name: str) -> None:
    case = DRAWS[name]
    hidden = [it["code"] for it in case["sample"]] + json.loads(case["revealed"])["secrets"]
    assert [it for it in hidden if it and it in case["record"] + case["commitment"]] == []


def test_an_empty_stratum_and_one_taken_whole_have_their_sizes() -> None:
    empty = json.loads(DRAWS["empty_stratum"]["record"])
    sizes = {it["label"]: it["dossiers"] for it in empty["strata"]}
    assert sizes["Xã Không Hồ Sơ"] == 0
    drawn = {it["label"]: it["drawn"] for it in empty["result"]}
    assert drawn["Xã Không Hồ Sơ"] == drawn["Phường Biên Hoà"] == []
    whole = json.loads(DRAWS["taken_whole"]["record"])
    assert [len(it["drawn"]) for it in whole["result"]] == [2, 2, 3]


def test_an_owner_of_two_dossiers_is_taken_once_and_those_asked_before_come_last() -> None:
    case = DRAWS["apart_asked_before"]
    owners = owners_of(case)
    main = [owners[it["code"]] for it in case["sample"] if it["role"] == "main"]
    known = [it.owner for it in main if it.owner]
    assert len(known) == len({*known})
    assert [it for it in owners.values() if it.asked], "somebody was asked before"
    assert [it for it in main if it.asked] == []


def test_another_list_of_the_asked_is_refused() -> None:
    case = DRAWS["apart_asked_before"]
    for asked in ("", case["asked"] + "o9 2026-05-01\n"):
        assert checked({**case, "asked": asked}), asked


def test_the_building_stones_are_as_published() -> None:
    told = VECTORS["uniforms"]
    strata = [told["stratum"]] * len(told["codes"])
    seed = bytes.fromhex(told["seed"])
    uniforms = keyed_uniforms(seed, told["purpose"], told["stage"], strata, told["codes"])
    assert [str(int(number * 2**53)) for number in uniforms] == told["numbers"]
    told = VECTORS["seed"]
    secrets = [bytes.fromhex(secret) for secret in told["secrets"]]
    assert seed_of(told["frame_hash"], secrets, told["public_number"]).hex() == told["seed"]
    told = VECTORS["commitment"]
    assert commitment(bytes.fromhex(told["secret"]), told["party"]) == told["hash"]
    told = VECTORS["arriving"]
    found = [number_of(bytes.fromhex(told["seed"]), code) for code in told["codes"]]
    assert [f"{number:064x}" for number in found] == told["numbers"]
    told = VECTORS["leaf"]
    salted = bytes.fromhex(told["salt"]) + told["code"].encode()
    assert hashlib.sha256(salted).hexdigest() == told["leaf"]


def test_equal_numbers_are_put_in_the_order_of_codes() -> None:
    told = VECTORS["ties"]
    frame = {"code": told["codes"], "stratum": ["A"] * len(told["codes"])}
    drawn = draw(frame, StratifiedPlan({"A": 1}), [number / 10 for number in told["numbers"]])
    assert [code for _, code in sorted(zip(drawn.rank, told["codes"], strict=True))] == told[
        "order"
    ]


def test_a_leaf_needs_the_salt_of_its_own_dossier() -> None:
    rows = dossiers([("H1", "A"), ("H2", "A")])
    one, other = SaltedFrame.of(rows, bytes(32)), SaltedFrame.of(rows, bytes(31) + b"1")
    assert one.leaf("H1") != other.leaf("H1")
    assert one.salt("H1") != one.salt("H2")
    assert one.leaf("H1").encode() in one.leaves.split()
