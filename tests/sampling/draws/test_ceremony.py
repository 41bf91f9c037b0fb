import pytest

from sampling.ceremony import STOP, Ceremony, dice_number
from sampling.draw_errors import DrawError
from sampling.seeding import commitment, seed_of
from tests.sampling.draws.papers import ceremony_papers, dossiers, faults, plan_of

SECRETS = {"Sở Nội vụ": b"a" * 32, "MTTQ tỉnh": b"b" * 32, "Báo Đồng Nai": b"c" * 32}
FRAME = "ab" * 32
ROWS = dossiers([(f"H{number:02d}", "A") for number in range(20)])
PLAN = plan_of("method: srs\nsize: 4\nsource: 20 con xúc xắc\n")


def opened(absent: str = "go_on") -> Ceremony:
    promises = {name: commitment(secret, name) for name, secret in SECRETS.items()}
    return Ceremony.opened(promises, "20 con xúc xắc", "2026-10-01", absent)


def all_revealed(held: Ceremony) -> Ceremony:
    # The order in which people step forward does not enter the seed.
    for name, secret in reversed(SECRETS.items()):
        held = held.revealed(name, secret)
    return held


def test_the_seed_is_made_of_frame_secrets_in_order_and_number() -> None:
    held = all_revealed(opened()).with_number(" 123 ")
    assert held.silent == ()
    assert held.seed(FRAME) == seed_of(FRAME, SECRETS.values(), "123")


def test_every_party_the_number_and_the_frame_matter() -> None:
    held = all_revealed(opened())
    seeds = {held.with_number("123").seed(FRAME), held.with_number("124").seed(FRAME)}
    seeds.add(held.with_number("123").seed("cd" * 32))
    for name in SECRETS:
        others = opened()
        for other in SECRETS.keys() - {name}:
            others = others.revealed(other, SECRETS[other])
        seeds.add(others.with_number("123").seed(FRAME))
    assert len(seeds) == 6


def test_a_silent_party_is_named_and_the_draw_goes_on_where_that_was_the_rule() -> None:
    held = opened().revealed("Sở Nội vụ", b"a" * 32).revealed("Báo Đồng Nai", b"c" * 32)
    assert held.silent == ("MTTQ tỉnh",)
    done = held.with_number("123")
    assert done.known() == (b"a" * 32, None, b"c" * 32)
    assert done.seed(FRAME) == seed_of(FRAME, [b"a" * 32, b"c" * 32], "123")


def test_a_silent_party_ends_the_draw_where_that_was_the_rule() -> None:
    held = opened(STOP).revealed("Sở Nội vụ", b"a" * 32)
    with pytest.raises(DrawError, match="MTTQ tỉnh, Báo Đồng Nai"):
        held.with_number("123")
    assert all_revealed(opened(STOP)).with_number("123").public_number == "123"


def test_nobody_reveals_after_the_number_is_out() -> None:
    held = opened().with_number("123")
    with pytest.raises(DrawError, match="could choose"):
        held.revealed("Sở Nội vụ", b"a" * 32)
    with pytest.raises(DrawError, match="could choose"):
        held.with_number("124")


def test_there_is_no_seed_before_the_number() -> None:
    with pytest.raises(DrawError, match="number is missing"):
        all_revealed(opened()).seed(FRAME)
    with pytest.raises(DrawError, match="number is missing"):
        all_revealed(opened()).with_number("  ")


def test_only_the_secret_that_was_committed_to_is_taken_from_its_own_party() -> None:
    with pytest.raises(DrawError, match="does not match"):
        opened().revealed("Sở Nội vụ", b"b" * 32)
    with pytest.raises(DrawError, match="nobody named"):
        opened().revealed("Thanh tra", b"a" * 32)
    with pytest.raises(DrawError, match="32 bytes"):
        opened().revealed("Sở Nội vụ", b"")


def test_another_partys_commitment_cannot_be_copied() -> None:
    promises = {name: commitment(b"a" * 32, "Sở Nội vụ") for name in SECRETS}
    with pytest.raises(DrawError, match="nobody else's"):
        Ceremony.opened(promises, "", "")
    # The name is part of what is hashed: under another name it would never open.
    assert commitment(b"a" * 32, "MTTQ tỉnh") != commitment(b"a" * 32, "Sở Nội vụ")


@pytest.mark.parametrize("names", [("A", "B"), ("A", "B", ""), ("A", "B", "A ")])
def test_three_parties_with_names_of_their_own_are_needed(names: tuple[str, ...]) -> None:
    promises = {name: commitment(bytes([at]) * 32, name) for at, name in enumerate(names)}
    with pytest.raises(DrawError, match="at least 3 parties"):
        Ceremony.opened(promises, "", "")


def test_the_rule_for_silence_is_fixed_beforehand() -> None:
    with pytest.raises(DrawError, match="go_on, stop"):
        opened("restart")


def test_twenty_dice_make_a_number() -> None:
    assert dice_number([*range(10)] * 2) == "01234567890123456789"
    for rolls in ([1] * 19, [1] * 19 + [10], [1] * 21):
        with pytest.raises(DrawError, match="20 dice"):
            dice_number(rolls)


@pytest.mark.parametrize("silent", [[], ["MTTQ"], ["Sở Nội vụ", "MTTQ", "Báo chí"]])
def test_the_verifier_checks_a_ceremony_and_names_the_silent(
    silent: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ceremony_papers(PLAN, ROWS, silent).faults() == []
    said = capsys.readouterr().out
    assert [name for name in ("Sở Nội vụ", "MTTQ", "Báo chí") if f"«{name}»" in said] == silent


def test_a_secret_withheld_from_the_verifier_does_not_pass() -> None:
    papers = ceremony_papers(PLAN, ROWS, [])
    silenced = papers.revealed.replace(f'"{(bytes([1]) * 32).hex()}"'.encode(), b"null")
    assert silenced != papers.revealed
    assert faults(papers.record, papers.frame, papers.commitment, silenced) != []
