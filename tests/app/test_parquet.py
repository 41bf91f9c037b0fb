"""Columns come back as they were written, or the file is refused."""

import pytest

from app.documents import parquet
from app.documents.parquet import DamagedFileError


def test_a_file_without_a_column_or_without_rows_is_told_apart(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    with path.open("wb") as file:
        assert parquet.write(file, ["a", "n"], [], {"x": "1"}) == 0
    found = parquet.read(path, ["a", "n"])
    assert (found["a"].texts(), found["n"].texts()) == ([], [])
    assert parquet.notes(path)["x"] == "1"
    for wrong in (["b"], ["a", "c"]):
        with pytest.raises(DamagedFileError):
            parquet.read(path, wrong)
    with pytest.raises(DamagedFileError):
        parquet.notes(tmp_path / "nothing")


def test_texts_of_all_parts_share_one_dictionary(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    parts = [{"a": ["x", None, "y"]}, {"a": [None, None]}, {"a": ["z", "x", "Ủ"]}]
    with path.open("wb") as file:
        assert parquet.write(file, ["a"], parts, {}) == 8
    found = parquet.read(path, ["a"])["a"]
    assert found.texts() == ["x", None, "y", None, None, "z", "x", "Ủ"]
    assert len(set(found.labels)) == len(found.labels) == 4
