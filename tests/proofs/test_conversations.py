"""The quick form of `make prove NAME=conversations`."""

from tests.proofs.conversations import figures


def test_no_answer_stands_under_a_wrong_question():
    found = figures(150, naive=False)
    assert found["wrong"] == 0
    assert found["kept"] > 300
    assert min(found[stage] for stage in ("both rounds", "finished", "partial", "refused")) > 0


def test_taking_a_reply_for_the_present_question_is_caught():
    assert figures(50, naive=True)["misplaced"] > 10
