"""The quick form of `make prove NAME=restore`."""

from pathlib import Path

import pytest

from tests.proofs import restore


def test_a_full_office_comes_back_and_a_thief_of_its_backup_learns_nothing(tmp_path: Path):
    outcome = restore.run(tmp_path, *restore.QUICK)
    assert outcome.wrong == []
    assert outcome.rows > sum(restore.QUICK)


def test_a_comment_that_was_not_sealed_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The search itself works: an answer in clear is seen."""
    monkeypatch.setattr(restore, "sealed", lambda _public, comment: comment.encode())
    outcome = restore.run(tmp_path, *restore.QUICK)
    assert any("comments in clear" in wrong for wrong in outcome.wrong)
