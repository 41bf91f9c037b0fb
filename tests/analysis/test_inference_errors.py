from string import Formatter

import pytest

from analysis.inference_errors import INFERENCE_MESSAGES


@pytest.mark.parametrize("code", INFERENCE_MESSAGES)
def test_each_message_quotes_the_same_in_both_languages(code: str) -> None:
    texts = INFERENCE_MESSAGES[code]
    assert set(texts) == {"vi", "en"}
    quoted = [
        {field for _, field, _, _ in Formatter().parse(text) if field} for text in texts.values()
    ]
    assert quoted[0] == quoted[1]
