"""What holds of any list, however its rows are written and ordered."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from sampling.dossier import Dossier
from sampling.frame import COLUMNS, read_frame
from sampling.listing.reading import read_list
from sampling.listing.sheet import described, opened
from sampling.listing.suggesting import suggest
from sampling.listing.units import UnitBook, UnitLine
from sampling.tabular import read_table
from tests.sampling.listing.lists import added_up, reading, row

UNITS = ("UBND phường Trảng Dài", "Xã Xuân Tâm", "Phường Long Bình", "?", "")
ROWS = st.builds(
    row,
    st.sampled_from(("H1", "H2", "H3", "H4", "H5", "TEST", "")),
    unit=st.sampled_from(UNITS),
    received=st.sampled_from(("05/03/2026", "06/03/2026 09:00", "x", "", "46086")),
    finished=st.sampled_from(("", "07/03/2026", "01/03/2026")),
    status=st.sampled_from(("Đang xử lý", "Đã trả kết quả", "Lạ", "")),
    owner=st.sampled_from(("Nguyễn Văn An", "test", "Phường Trảng Dài", "")),
    phone=st.sampled_from(("0901234567", "0912345678", "09xx***1234", "", "x")),
    procedure=st.sampled_from(("A", "Khai tử", "")),
    tax=st.sampled_from(("", "36001")),
)


@given(st.lists(ROWS, max_size=14), st.sampled_from(("dossier", "step")), st.randoms())
@settings(max_examples=150)
def test_the_order_of_rows_decides_nothing(rows, kind: str, random) -> None:
    made = reading(rows, rows=kind)
    shuffled = [*rows]
    random.shuffle(shuffled)
    again = reading(shuffled, rows=kind)
    by_code = {dossier.code: dossier for dossier in made.dossiers}
    assert {dossier.code: dossier for dossier in again.dossiers} == by_code
    assert {c.code: c for c in again.contacts} == {c.code: c for c in made.contacts}
    assert replace(again.report) == replace(made.report)


@given(st.lists(ROWS, max_size=14), st.sampled_from(("dossier", "step")))
@settings(max_examples=150)
def test_every_row_is_counted_once(rows, kind: str) -> None:
    made = reading(rows, rows=kind)
    assert added_up(made)
    assert sum(made.report.phones.values()) == made.report.dossiers == len(made.contacts)
    assert sum(made.report.units.values()) == made.report.dossiers
    assert bool(made.report.faulty) <= bool(made.faults)
    assert [c.code for c in made.contacts] == [d.code for d in made.dossiers]
    assert len({dossier.code for dossier in made.dossiers}) == made.report.dossiers


DAYS = st.sampled_from(("2026-03-05", "06/03/2026 10:15", "2026-12-31"))
CANONICAL = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(("U1", "U2")),
        "field": st.sampled_from(("", "Đất đai", "Hộ tịch")),
        "procedure": st.sampled_from(("", "TT 1")),
        "respondent_kind": st.sampled_from(("", "citizen", "Hộ kinh doanh", "business")),
        "channel": st.sampled_from(("", "online", "tại quầy")),
        "status": st.sampled_from(("", "solved", "Đã rút")),
        "received": DAYS,
        "due": st.sampled_from(("", "2027-01-01")),
        "finished": st.sampled_from(("", "2027-02-01 08:00")),
        "language": st.sampled_from(("", "vi")),
    }
)


@given(st.lists(CANONICAL, min_size=1, max_size=8))
def test_a_list_in_the_frame_format_reads_the_same_with_and_without_a_mapping(rows) -> None:
    names = sorted(rows[0])
    cells = ((f"H{place}", *map(found.get, names)) for place, found in enumerate(rows))
    lines = [("code", *names), *cells]
    content = "\n".join(";".join(cells) for cells in lines).encode()
    plain = read_frame(read_table(content, "a.csv", COLUMNS), {"U1", "U2"})
    book = UnitBook([UnitLine("U1", "Xã Một"), UnitLine("U2", "Xã Hai")])
    table = opened(content, "a.csv")
    mapped = read_list(table, suggest(described(table, "a.csv")), book)
    assert plain.faults == mapped.faults == ()
    assert mapped.dossiers == tuple(plain.dossiers)
    assert all(isinstance(dossier, Dossier) for dossier in mapped.dossiers)
