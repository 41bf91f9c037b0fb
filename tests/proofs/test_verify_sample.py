"""The quick form of `make prove NAME=verify-sample`."""

from tests.proofs import verify_sample


def test_honest_draws_pass_and_every_kind_of_tampering_is_caught() -> None:
    figures = verify_sample.run(120)
    assert figures.differing == []
    assert figures.missed == []
    assert figures.equal == 120
    assert {*figures.caught} == {*verify_sample.TAMPERINGS}


def test_without_the_earlier_commitment_a_second_draw_would_pass() -> None:
    assert verify_sample.control(10) == 10
