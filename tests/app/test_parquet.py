"""Columns come back as they were written, or the file is refused."""

import pytest

from app.documents import parquet
from app.documents.parquet import Column, DamagedFileError, Kind


def test_a_file_without_a_column_or_without_rows_is_told_apart(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    with path.open("wb") as file:
        assert parquet.write(file, [Column("a"), Column("n", Kind.NUMBER)], [], {"x": "1"}) == 0
    found = parquet.read(path, [Column("a"), Column("n", Kind.NUMBER)])
    assert (found["a"].texts(), found["n"].tolist()) == ([], [])
    assert parquet.notes(path)["x"] == "1"
    for wrong in ([Column("b")], [Column("a"), Column("c")]):
        with pytest.raises(DamagedFileError):
            parquet.read(path, wrong)
    with pytest.raises(DamagedFileError):
        parquet.notes(tmp_path / "nothing")


def test_texts_of_all_parts_share_one_dictionary(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    parts = [{"a": ["x", None, "y"]}, {"a": [None, None]}, {"a": ["z", "x", "Ủ"]}]
    with path.open("wb") as file:
        assert parquet.write(file, [Column("a")], parts, {}) == 8
    found = parquet.read(path, [Column("a")])["a"]
    assert found.texts() == ["x", None, "y", None, None, "z", "x", "Ủ"]
    assert len(set(found.labels)) == len(found.labels) == 4
