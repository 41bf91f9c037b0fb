"""Kiểm tra lại việc rút mẫu / re-check a draw (0009, 0044) with Python 3.11 and nothing else."""

import argparse
import csv
import hmac
import io
import json
import sys
from collections.abc import Generator, Iterator
from fractions import Fraction
from hashlib import sha256
from itertools import product, zip_longest
from pathlib import Path
from typing import Any
from unicodedata import normalize

BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, csv.Error)
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def frame_hash(rows: list[dict[str, str]], *names: str) -> str:
    """Hash some columns: sorted rows under a header, UTF-8 in NFC, LF."""
    text = io.StringIO(newline="")
    body = sorted(tuple(row.get(name, "") for name in names) for row in rows)
    csv.writer(text, lineterminator="\n").writerows([names, *body])
    return sha256(text.getvalue().encode()).hexdigest()


def check_promise(record: Any, content: bytes, before: bytes | None) -> Iterator[str]:
    """Compare what was fixed beforehand with the commitment that was published then."""
    if record["format"] != "khaosat-draw-1" or canonical(record).encode() != content:
        yield f"Không đúng khuôn dạng / no record in canonical form: {record['format']}"
    if record["method"] not in ("srs", "stratified", "bernoulli", "arriving", "apart"):
        yield f"Không kiểm tra được phương pháp / this method is not checked: {record['method']}"
    later = ("public_number", "result", "releases", *["freeze"] * (record["method"] == "arriving"))
    promise = {key: record[key] for key in record if key not in later}
    told = json.loads(before or canonical(promise))
    hashed, source = sha256(canonical(told).encode()).hexdigest(), told["commitment"]["source"]
    number = f"số «{record['public_number']}» ({source})"
    sys.stdout.write(f"Đối chiếu / compare: cam kết, commitment {hashed}; {number}\n")
    for key in sorted(key for key in {*promise, *told} if promise.get(key) != told.get(key)):
        yield f"«{key}» khác cam kết đã công bố / differs from the published commitment"


def check_frame(record: Any, content: bytes, asked: bytes | None) -> Generator[str, None, Any]:
    """Compare the frame with what was frozen; return its rows by stratum and code."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    rows, seen = [{key: normalize("NFC", row[key].strip()) for key in row} for row in lines], {""}
    for place, row in enumerate(rows, 2):
        if row["code"] in seen:
            yield f"Dàn mẫu, dòng / frame, row {place}: mã trống, trùng / bad code «{row['code']}»"
        row["leaf"] = sha256(bytes.fromhex(row["salt"]) + row["code"].encode()).hexdigest()
        seen.add(row["code"])
    kinds, strata, names = record["respondents"], dict[str, Any](), ("code", "unit", "field")
    inside = [row for row in rows if not kinds or row["respondent_kind"] in kinds]
    leaves = sha256("".join(sorted(row["leaf"] + "\n" for row in rows)).encode()).hexdigest()
    found = {"dossiers": len(rows), "hash": frame_hash(rows, *names), "leaves": leaves}
    if record["method"] == "apart":
        found["owners"] = frame_hash(rows, "code", "owner", "asked")
        told = {row["owner"] for row in rows if row["asked"]} - {*(asked or b"").decode().split()}
        if asked is not None and (told or sha256(asked).hexdigest() != record["asked"]["list"]):
            yield "Danh sách đã hỏi không khớp / not the list of the asked that was used"
    for what, value in (found | {"population": frame_hash(inside, *names)}).items():
        if record["freeze"][what] != value:
            yield f"Dàn mẫu / frame, {what}: {record['freeze'][what]} ≠ {value}"
    for row in inside:
        label = record["joined_by"].join(row[name] for name in record["stratify_by"])
        strata.setdefault(label, {})[row["code"]] = row
    return strata


def check_seed(record: Any, secrets: list[str | None]) -> Generator[str, None, bytes]:
    """Compare every secret with its commitment; return the seed made of them."""
    known, agreed = b"", record["commitment"]
    for party, secret in zip_longest(agreed["parties"], secrets):
        part = bytes.fromhex(secret or "")
        if secret is None and agreed["absent"] == "go_on" and len(secrets) > 1:
            sys.stdout.write(f"«{party['name']}» không công bố số bí mật / did not reveal\n")
        elif len(part) != 32 or sha256(part + party["name"].encode()).hexdigest() != party["hash"]:
            yield f"Số bí mật thiếu, không khớp / secret missing or wrong: «{party['name']}»"
        known += part
    number = normalize("NFC", record["public_number"].strip()).encode()
    seed = sha256(b"draw-v1" + bytes.fromhex(record["freeze"]["hash"]) + known + number).digest()
    return known if record["method"] == "arriving" else seed


def chosen(record: Any, strata: Any, seed: bytes) -> dict[Any, list[str]]:
    """List the leaves that are drawn, and the reserves, by stratum, each in order."""
    plan, method, ranked = {it["label"]: it for it in record["strata"]}, record["method"], []
    bits, found, seen = 256 if method == "arriving" else 53, dict[Any, list[str]](), set[str]()
    for label, code in ((name, code) for name in plan for code in strata.get(name, ())):
        text = code if bits == 256 else canonical([record["purpose"], record["stage"], label, code])
        number = int.from_bytes(hmac.digest(seed, text.encode(), "sha256"), "big") >> 256 - bits
        row = strata[label][code] if method == "apart" else {"owner": "", "asked": ""}
        ranked.append((row["asked"] != "", number, code, label, row["owner"] or f"code {code}"))
    for part, (_, number, code, label, owner) in product(("size", "reserves"), sorted(ranked)):
        some, rate = found.setdefault((label, part), []), Fraction(plan[label].get("rate", 0))
        if owner not in seen and (number < rate * 2**bits or len(some) < plan[label].get(part, 0)):
            some.append(strata[label][code]["leaf"])
            seen.add(owner)
    return found


def check_result(record: Any, strata: Any, seed: bytes) -> Iterator[str]:
    """Draw again; compare stratum by stratum, then every release of reserves."""
    left = {it["label"]: it["reserves"] for it in record["result"]}
    if not [*left] == [it["label"] for it in record["strata"]] == sorted({*left, *strata}):
        yield f"Các tầng không khớp / the strata differ: {[*left]}, {sorted(strata)}"
    found = chosen(record, strata, seed)
    for stratum, told in zip(record["strata"], record["result"], strict=True):
        place, rows = f"Tầng / stratum «{told['label']}»", strata.get(told["label"], {})
        if stratum.get("dossiers", len(rows)) != len(rows):
            yield f"{place}: {stratum['dossiers']} ≠ {len(rows)} hồ sơ / dossiers"
        for part, size in (("drawn", "size"), ("reserves", "reserves")):
            right = found.get((stratum["label"], size), [])
            pairs = enumerate(zip_longest(right, told[part], fillvalue=seed), 1)
            for rank in [rank for rank, (leaf, other) in pairs if leaf != other][:1]:
                yield f"{place}, {part}: sai từ hạng / wrong from rank {rank}"
    for release in record["releases"]:
        used, rest = release["dossiers"], left[release["stratum"]]
        if used != rest[: len(used)] or not (used and release["rule"] and release["approved_by"]):
            yield f"Bổ sung sai thứ tự, quy tắc, duyệt / bad release: «{release['stratum']}»"
        left[release["stratum"]] = rest[len(used) :]


def check(given: dict[str, Any]) -> Iterator[str]:
    """Say everything that is wrong with a record."""
    record = json.loads(given["record"])
    yield from check_promise(record, given["record"], given["commitment"])
    strata = yield from check_frame(record, given["frame"], given.get("asked"))
    revealed = json.loads(given["revealed"] or "{}").get("secrets", [])
    seed = yield from check_seed(record, revealed)
    yield from check_result(record, strata, seed) if revealed else ()


def main() -> int:
    """Tell what is wrong; 0 only when nothing is."""
    parser, faults = argparse.ArgumentParser(description=__doc__), list[str]()
    for name in ("record", "frame", "--commitment", "--revealed", "--asked"):
        parser.add_argument(name, type=lambda path: Path(path).read_bytes())
    try:
        faults.extend(check(vars(parser.parse_args())))
    except BROKEN as error:
        faults.append(f"Không đọc được / cannot be read: {type(error).__name__} {error}")
    sys.stdout.write("\n".join(faults or ["Khớp / everything as published"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
