"""Kiểm tra lại việc rút mẫu / re-check a draw (0009, 0044) with Python 3.11 and nothing else."""

import argparse
import csv
import hashlib
import hmac
import io
import json
import sys
from collections.abc import Generator, Iterator
from fractions import Fraction
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any
from unicodedata import normalize

BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, csv.Error)
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def sha(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def frame_hash(rows: list[dict[str, str]]) -> str:
    """Hash code, unit and field: sorted rows under a header, UTF-8 in NFC, LF."""
    text, names = io.StringIO(newline=""), ("code", "unit", "field")
    body = sorted(tuple(row.get(name, "") for name in names) for row in rows)
    csv.writer(text, lineterminator="\n").writerows([names, *body])
    return sha(text.getvalue().encode())


def check_promise(record: Any, content: bytes, before: bytes | None) -> Iterator[str]:
    """Compare what was fixed beforehand with the commitment that was published then."""
    if record["format"] != "khaosat-draw-1" or canonical(record).encode() != content:
        yield f"Không đúng khuôn dạng / no record in canonical form: {record['format']}"
    if record["method"] not in ("srs", "stratified", "bernoulli", "arriving"):
        yield f"Không kiểm tra được phương pháp / this method is not checked: {record['method']}"
    later = ("public_number", "result", "releases", *["freeze"] * (record["method"] == "arriving"))
    promise = {key: record[key] for key in record if key not in later}
    told = json.loads(before or canonical(promise))
    facts = (sha(canonical(told).encode()), record["public_number"], told["commitment"]["source"])
    sys.stdout.write("Đối chiếu / compare: cam kết, commitment {}; số «{}» ({})\n".format(*facts))
    for key in sorted({*promise, *told}):
        if promise.get(key) != told.get(key):
            yield f"«{key}» khác cam kết đã công bố / differs from the published commitment"


def check_frame(record: Any, content: bytes) -> Generator[str, None, dict[str, dict[str, str]]]:
    """Compare the frame with what was frozen; return the leaves by stratum and code."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    rows, seen = [{key: normalize("NFC", row[key].strip()) for key in row} for row in lines], {""}
    for place, row in enumerate(rows, 2):
        if row["code"] in seen:
            yield f"Dàn mẫu, dòng / frame, row {place}: mã trống, trùng / bad code «{row['code']}»"
        row["leaf"] = sha(bytes.fromhex(row["salt"]) + row["code"].encode())
        seen.add(row["code"])
    kinds, strata = record["respondents"], dict[str, dict[str, str]]()
    inside = [row for row in rows if not kinds or row["respondent_kind"] in kinds]
    leaves = sha("".join(sorted(row["leaf"] + "\n" for row in rows)).encode())
    found = {"dossiers": len(rows), "hash": frame_hash(rows), "leaves": leaves}
    for what, value in (found | {"population": frame_hash(inside)}).items():
        if record["freeze"][what] != value:
            yield f"Dàn mẫu / frame, {what}: {record['freeze'][what]} ≠ {value}"
    for row in inside:
        label = record["joined_by"].join(row[name] for name in record["stratify_by"])
        strata.setdefault(label, {})[row["code"]] = row["leaf"]
    return strata


def check_seed(record: Any, secrets: list[str | None]) -> Generator[str, None, bytes]:
    """Compare every secret with its commitment; return the seed made of them."""
    known, rule = b"", record["commitment"]["absent"]
    for party, secret in zip_longest(record["commitment"]["parties"], secrets):
        part = bytes.fromhex(secret or "")
        if secret is None and rule == "go_on" and len(secrets) > 1:
            sys.stdout.write(f"«{party['name']}» không công bố số bí mật / did not reveal\n")
        elif len(part) != 32 or sha(part + party["name"].encode()) != party["hash"]:
            yield f"Số bí mật thiếu, không khớp / secret missing or wrong: «{party['name']}»"
        known += part
    if record["method"] == "arriving":
        return known
    known += normalize("NFC", record["public_number"].strip()).encode()
    return hashlib.sha256(b"draw-v1" + bytes.fromhex(record["freeze"]["hash"]) + known).digest()


def chosen(record: Any, stratum: Any, codes: list[str], seed: bytes) -> dict[str, list[str]]:
    """List the codes of a stratum that are drawn, and its reserves, each in order."""
    arriving, ranked = record["method"] == "arriving", []
    for code in codes:
        message = canonical([record["purpose"], record["stage"], stratum["label"], code])
        digest = hmac.digest(seed, (code if arriving else message).encode(), "sha256")
        ranked.append((int.from_bytes(digest, "big") >> (0 if arriving else 256 - 53), code))
    order = [code for _, code in sorted(ranked)]
    if record["method"] in ("arriving", "bernoulli"):
        limit = Fraction(stratum["rate"]) * 2 ** (256 if arriving else 53)
        return {"drawn": order[: sum(number < limit for number, _ in ranked)], "reserves": []}
    size = stratum["size"]
    return {"drawn": order[:size], "reserves": order[size : size + stratum["reserves"]]}


def check_result(record: Any, strata: Any, seed: bytes) -> Iterator[str]:
    """Draw again; compare stratum by stratum, then every release of reserves."""
    labels, left = [it["label"] for it in record["result"]], {}
    if not labels == [it["label"] for it in record["strata"]] == sorted({*labels, *strata}):
        yield f"Các tầng không khớp / the strata differ: {labels}, {sorted(strata)}"
    for stratum, told in zip(record["strata"], record["result"], strict=True):
        place, leaves = f"Tầng / stratum «{told['label']}»", strata.get(told["label"], {})
        if stratum.get("dossiers", len(leaves)) != len(leaves):
            yield f"{place}: {stratum['dossiers']} ≠ {len(leaves)} hồ sơ / dossiers"
        for part, codes in chosen(record, stratum, [*leaves], seed).items():
            right = [leaves[code] for code in codes]
            if told[part] != right:
                same = [*takewhile(bool, map(lambda one, it: one == it, right, told[part]))]
                yield f"{place}, {part}: sai từ hạng / wrong from rank {len(same) + 1}"
        left[told["label"]] = told["reserves"]
    for release in record["releases"]:
        used, rest = release["dossiers"], left[release["stratum"]]
        if used != rest[: len(used)] or not (used and release["rule"] and release["approved_by"]):
            yield f"Bổ sung sai thứ tự, quy tắc, duyệt / bad release: «{release['stratum']}»"
        left[release["stratum"]] = rest[len(used) :]


def check(given: dict[str, Any]) -> Iterator[str]:
    """Say everything that is wrong with a record."""
    record = json.loads(given["record"])
    yield from check_promise(record, given["record"], given["commitment"])
    strata = yield from check_frame(record, given["frame"])
    revealed = json.loads(given["revealed"] or "{}").get("secrets", [])
    seed = yield from check_seed(record, revealed)
    yield from check_result(record, strata, seed) if revealed else ()


def main() -> int:
    """Tell what is wrong; 0 only when nothing is."""
    parser, faults = argparse.ArgumentParser(description=__doc__), list[str]()
    for name in ("record", "frame", "--commitment", "--revealed"):
        parser.add_argument(name, type=Path)
    given = vars(parser.parse_args())
    try:
        faults.extend(check({name: path and path.read_bytes() for name, path in given.items()}))
    except BROKEN as error:
        faults.append(f"Không đọc được / cannot be read: {type(error).__name__} {error}")
    sys.stdout.write("\n".join(faults or ["Khớp / everything as published"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
