import re
from pathlib import Path
from string import Formatter

from analysis import model_errors
from analysis.model_errors import MODEL_MESSAGES, ModelError

SOURCES = Path(model_errors.__file__).parent


def test_both_languages_quote_the_same_things() -> None:
    for code, texts in MODEL_MESSAGES.items():
        assert set(texts) == {"vi", "en"}, code
        quoted = [{name for _, name, _, _ in Formatter().parse(texts[at])} for at in ("vi", "en")]
        assert quoted[0] - {None} == quoted[1] - {None}, code


def test_every_message_belongs_to_an_error_and_every_error_has_one() -> None:
    source = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    raised = set(re.findall(r'ModelError\(\s*"(\w+)"', source))
    raised |= set(re.findall(r'refuse\(.*?"(\w+)", \w+=', source))
    assert raised == set(MODEL_MESSAGES)


def test_an_error_speaks_both_languages() -> None:
    error = ModelError("collinear", column="x2")
    assert "x2" in error.message("vi")
    assert (
        str(error) == "'x2' follows from the variables before it (or never changes): leave it out"
    )
