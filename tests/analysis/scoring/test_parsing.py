"""YAML text whose scalars stay text."""

import pytest

from analysis.scoring.parsing import parse_yaml


def codes(content):
    return [(fault.row, fault.code) for fault in parse_yaml(content).faults]


def test_scalars_stay_as_they_were_typed():
    document = parse_yaml(b"a: 0.10\nb: 1.10\nc: 2026-01-15\nd: yes\ne: '0,5'")
    assert document.value == {"a": "0.10", "b": "1.10", "c": "2026-01-15", "d": "yes", "e": "0,5"}


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert parse_yaml(b"\xef\xbb\xbfname: x").value == {"name": "x"}


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("{title: Sở, ban, ngành, decimals: 2}", {"title": "Sở, ban, ngành", "decimals": "2"}),
        ("{decimals: 2, title: Sở,ban ,  ngành}", {"decimals": "2", "title": "Sở, ban, ngành"}),
        ("[{name: Khá, giỏi, from: 70}]", [{"name": "Khá, giỏi", "from": "70"}]),
        ("{title: Sở, ban: , ngành}", {"title": "Sở", "ban": "", "ngành": ""}),
        ("{title: 'Sở', ban}", {"title": "Sở", "ban": ""}),
        ("{code: A, title}", {"code": "A", "title": ""}),
        ("{from: 0,8, points: 1}", {"from": "0", "8": "", "points": "1"}),
        ("{title: [Sở], ban}", {"title": ["Sở"], "ban": ""}),
    ],
)
def test_only_a_title_between_braces_goes_on_after_a_comma(content, value):
    document = parse_yaml(content.encode())
    assert (document.value, document.faults) == (value, ())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(None, "empty_file")]),
        (b"  \n\t", [(None, "empty_file")]),
        (b"# nothing\n", [(None, "empty_file")]),
        (b"a: 1\nb: [1, 2\n", [(3, "broken_yaml")]),
        (b"a: 1\n\tb: 2\n", [(2, "broken_yaml")]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", [(1, "not_text")]),
        (b"a: \x00\x01", [(None, "not_text")]),
        (b"a: 1\n--- \nb: 2\n", [(2, "broken_yaml")]),
        (b"? [a]\n: 1\n", [(1, "broken_yaml")]),
        (b"a: &x [*x]", [(1, "broken_yaml")]),
        (b"a: *nobody", [(1, "broken_yaml")]),
        (b"[" * 100_000, [(None, "broken_yaml")]),
        (b"a: 1\n" * 500_000, [(None, "too_large")]),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content, expected):
    assert codes(content) == expected


def test_every_doubled_key_is_listed_with_its_line():
    assert codes(b"a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        (2, "duplicate_key"),
        (3, "duplicate_key"),
    ]


def test_a_tag_creates_no_object():
    assert parse_yaml(b"a: !!python/object/apply:os.system ['true']").value == {"a": ["true"]}
