"""`khaosat frame minimise`: nothing personal leaves the place where a list is kept."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, strategies as st
from nacl.public import PrivateKey

from app.commands.frame import frame
from app.commands.frame_minimise import keyed
from app.services.errors import InvalidInputError
from app.services.sealed_contacts import CONTACTS_IN_BOX, SealedContacts, seal, unseal
from sampling.listing.contacts import Contact

HEADER = "Số hồ sơ;Cơ quan tiếp nhận;Ngày tiếp nhận;Chủ hồ sơ;Số điện thoại;Tên TTHC\n"
LIST = HEADER + (
    "H2;Phường Trảng Dài;05/03/2026 08:31;Nguyễn Thị Bích;0901234567;=1+1\n"
    "H1;Phường Trảng Dài;06/03/2026 09:12;Lê Văn Cường;090 123 4567;Cấp phép\n"
    "H3;Xã Thiện Tân;07/03/2026;Phạm Dung;0912***5678;Cấp phép\n"
    "H4;Xã Thiện Tân;07/03/2026;Trần Em;0987654321;Đăng ký khai tử\n"
)
PRIVATE = ("Bích", "Cường", "Dung", "Trần", "901234567", "901 234", "4567", "5678", "4321", "08:31")
OFFICE = PrivateKey.generate()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("office.key").write_text(bytes(OFFICE.public_key).hex() + "\n", encoding="ascii")

    def run(text: str = LIST, *options: str) -> Result:
        Path("list.csv").write_text(text, encoding="utf-8")
        outputs = ("--to", "office.key", "--out", "frame.csv", "--contacts", "contacts.sealed")
        return CliRunner().invoke(frame, ["minimise", "list.csv", *outputs, *options])

    return run


def frame_rows() -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(Path("frame.csv").read_text(encoding="utf-8")))]


def contents() -> SealedContacts:
    return unseal(OFFICE, Path("contacts.sealed").read_bytes())


def test_the_frame_names_nobody(run: Callable[..., Result]) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    written = Path("frame.csv").read_text(encoding="utf-8")
    plain = [line.rsplit(",", 2)[0] for line in written.splitlines()]
    assert not [secret for secret in PRIVATE if any(secret in line for line in plain)]
    assert [row["code"] for row in frame_rows()] == ["H1", "H2", "H3", "H4"]
    assert {row["unit"] for row in frame_rows()} == {"25993"}
    assert frame_rows()[0]["received"] == "2026-03-06"
    assert not [secret for secret in PRIVATE[:6] if secret in result.output]


def test_equal_phones_share_a_group_that_another_run_does_not(run: Callable[..., Result]) -> None:
    run()
    groups = [row["phone_group"] for row in frame_rows()]
    assert groups[0] == groups[1] != groups[3]
    assert groups[2] == ""
    for name in ("frame.csv", "contacts.sealed"):
        Path(name).unlink()
    run()
    assert frame_rows()[0]["phone_group"] != groups[0]


def test_the_digits_are_hashed_with_the_code_under_the_sealed_key(
    run: Callable[..., Result],
) -> None:
    run()
    key = contents().key
    first, second, masked, _ = frame_rows()
    assert first["digits_hash"] == keyed(key, "digits", "H1", "4567") != second["digits_hash"]
    assert masked["digits_hash"] == keyed(key, "digits", "H3", "5678")
    assert first["phone_group"] == keyed(key, "phone", "+84901234567")


def test_only_the_office_opens_the_contacts(run: Callable[..., Result]) -> None:
    result = run()
    sealed = Path("contacts.sealed").read_bytes()
    assert b"901234567" not in sealed
    assert (Path("contacts.sealed").stat().st_mode & 0o777) == 0o600
    found = {contact.code: contact for contact in contents().contacts}
    assert found["H1"].phone == "+84901234567"
    assert found["H3"].last_digits == "5678"
    assert contents().frame_hash in result.stdout
    with pytest.raises(InvalidInputError):
        unseal(PrivateKey.generate(), sealed)


def test_a_phone_that_is_never_written_to_stays_where_it_is(run: Callable[..., Result]) -> None:
    Path("staff.txt").write_text("0901 234 567\n\n", encoding="utf-8")
    assert run(LIST, "--staff-phones", "staff.txt").exit_code == 0
    found = {contact.code: contact for contact in contents().contacts}
    assert (found["H4"].phone, found["H4"].barred) == ("", "sensitive_procedure")
    assert (found["H1"].phone, found["H1"].barred) == ("", "staff_phone")


def test_the_frame_is_read_back_with_groups_instead_of_phones(run: Callable[..., Result]) -> None:
    run()
    checked = CliRunner().invoke(frame, ["check", "frame.csv", "--json"])
    document = json.loads(checked.stdout)
    assert checked.exit_code == 0
    assert document["dossiers"] == 4
    assert document["frame_hash"] == contents().frame_hash
    assert document["report"]["phones"]["grouped"] == 3
    assert frame_rows()[1]["procedure"] == "'=1+1"


def test_a_list_with_faults_leaves_no_file(run: Callable[..., Result]) -> None:
    result = run(LIST.replace("07/03/2026", "31/02/2026"))
    assert result.exit_code == 1
    assert "cột Ngày tiếp nhận" in result.stderr
    assert not Path("frame.csv").exists()
    assert not Path("contacts.sealed").exists()
    nobody = run(HEADER + "H1;Không rõ;05/03/2026;A;0901234567;B\n")
    assert nobody.exit_code == 1
    assert not Path("contacts.sealed").exists()


def test_files_that_exist_are_not_written_over(run: Callable[..., Result]) -> None:
    Path("frame.csv").write_text("mine", encoding="utf-8")
    assert run().exit_code == 2
    assert Path("frame.csv").read_text(encoding="utf-8") == "mine"
    assert not Path("contacts.sealed").exists()


@pytest.mark.parametrize("key", ["", "x", "00" * 31, "é" * 64, "zz" * 32])
def test_a_broken_key_is_wrong_usage(run: Callable[..., Result], key: str) -> None:
    Path("office.key").write_text(key, encoding="utf-8")
    assert run().exit_code == 2
    assert not Path("frame.csv").exists()


def test_a_broken_line_among_staff_phones_is_wrong_usage(run: Callable[..., Result]) -> None:
    Path("staff.txt").write_text("0901234567\nx\n", encoding="utf-8")
    result = run(LIST, "--staff-phones", "staff.txt")
    assert result.exit_code == 2
    assert "dòng 2" in result.stderr


def many(count: int) -> SealedContacts:
    return SealedContacts(b"k" * 32, "f" * 64, tuple(Contact(f"H{n}", "") for n in range(count)))


@pytest.mark.parametrize("count", [0, 1, CONTACTS_IN_BOX, CONTACTS_IN_BOX + 1])
def test_any_number_of_contacts_comes_back(count: int) -> None:
    assert unseal(OFFICE, seal(OFFICE.public_key, many(count))) == many(count)


def test_boxes_left_out_doubled_or_exchanged_are_noticed() -> None:
    first = seal(OFFICE.public_key, many(CONTACTS_IN_BOX + 1))
    other = seal(OFFICE.public_key, many(CONTACTS_IN_BOX + 1))
    start = first.index(b"\n") + 1
    length = 4 + int.from_bytes(first[start : start + 4], "big")
    head, one, two = first[:start], first[start : start + length], first[start + length :]
    strange = other[start : start + length]
    for content in (
        head + one,
        head + two,
        head + two + one,
        first + two,
        head + strange + two,
        head,
        first[:-1],
        b"",
        one,
    ):
        with pytest.raises(InvalidInputError):
            unseal(OFFICE, content)


@given(st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, by: int) -> None:
    content = bytearray(seal(OFFICE.public_key, many(2)))
    content[place % len(content)] ^= by
    with pytest.raises(InvalidInputError):
        unseal(OFFICE, bytes(content))
