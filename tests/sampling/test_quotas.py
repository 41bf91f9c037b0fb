import pytest

from sampling.errors import SizeError
from sampling.quotas import dossiers_for, fixed_quotas

TABLE = {"xã": 60, "phường": 100}


def test_every_unit_gets_the_quota_of_its_kind_or_all_it_has() -> None:
    kinds = ["xã", "phường", "xã", "phường"]
    assert fixed_quotas(kinds, [500, 500, 12, 0], TABLE).tolist() == [60, 100, 12, 0]


def test_a_kind_without_a_quota_is_named() -> None:
    with pytest.raises(SizeError) as caught:
        fixed_quotas(["xã", "sở"], [5, 5], TABLE)
    assert "«sở»; các loại đã có: phường, xã" in caught.value.message("vi")


@pytest.mark.parametrize(
    ("kinds", "populations", "table"),
    [
        (["xã"], [1.5], TABLE),
        (["xã"], [-1], TABLE),
        (["xã"], [1, 2], TABLE),
        (["a"], [1], {"a": -2}),
    ],
)
def test_quotas_and_dossiers_are_counts(kinds: list, populations: list, table: dict) -> None:
    with pytest.raises(SizeError):
        fixed_quotas(kinds, populations, table)


def test_silence_is_made_up_for_as_far_as_there_are_dossiers() -> None:
    assert dossiers_for(30, 0.3, [500, 99, 100]).tolist() == [100, 99, 100]
    assert dossiers_for([30, 10, 0], [1.0, 0.35, 0.5], [500, 500, 500]).tolist() == [30, 29, 0]


@pytest.mark.parametrize(("answers", "rate"), [(-1, 0.5), (1.5, 0.5), (5, 0.0), (5, 1.1)])
def test_impossible_answers_or_rates_are_refused(answers: float, rate: float) -> None:
    with pytest.raises(SizeError):
        dossiers_for(answers, rate, [100])
