from string import Formatter
from types import MappingProxyType
from typing import ClassVar

import pytest

from analysis.errors import ERROR_MESSAGES as ANALYSIS_ERRORS, FAULT_MESSAGES
from sampling.errors import Fault, LonelyClusterError, Texts
from sampling.messages import ERROR_MESSAGES, MESSAGES
from sampling.selection_messages import SELECTION_MESSAGES


def test_a_fault_tells_its_place_then_what_is_wrong() -> None:
    fault = Fault(5, "received", "31/02/2026", "impossible_date")
    assert fault.line("vi") == "dòng 5, cột received: «31/02/2026» không phải ngày có thật"
    assert fault.line("en") == "row 5, column received: «31/02/2026» is not a day of the calendar"


def test_a_fault_of_the_whole_file_names_no_place() -> None:
    assert Fault(None, "", "", "empty_table").line("en") == "the file has no rows"


def test_a_fault_becomes_a_mapping_for_json() -> None:
    assert Fault(3, "code", "A", "duplicate_code", {"first": 2}).as_dict("en") == {
        "row": 3,
        "column": "code",
        "value": "A",
        "code": "duplicate_code",
        "message": "dossier code «A» already stands in row 2",
    }


def test_braces_and_line_feeds_in_a_cell_do_no_harm() -> None:
    fault = Fault(2, "unit", "{0}\n{x.y}" + "z" * 500, "unknown_unit")
    message = fault.message("en")
    assert "«{0} {x.y}zzz" in message
    assert "\n" not in message
    assert len(message) < 200


def test_another_package_adds_messages_by_a_subclass() -> None:
    class OwnFault(Fault):
        texts: ClassVar[Texts] = MappingProxyType(
            {**Fault.texts, "own": {"vi": "riêng", "en": "own {more}"}}
        )

    assert OwnFault(1, "a", "", "own", {"more": 7}).message("en") == "own 7"
    assert OwnFault(1, "a", "", "missing_value").message("vi") == "ô trống"
    with pytest.raises(KeyError):
        Fault(1, "a", "", "own").message("en")


@pytest.mark.parametrize(
    "table",
    [MESSAGES, ERROR_MESSAGES, SELECTION_MESSAGES, ANALYSIS_ERRORS, FAULT_MESSAGES],
)
def test_both_languages_quote_the_same_things(table: dict[str, dict[str, str]]) -> None:
    for code, texts in table.items():
        assert set(texts) == {"vi", "en"}, code
        quoted = [{name for _, name, _, _ in Formatter().parse(texts[at])} for at in ("vi", "en")]
        assert quoted[0] - {None} == quoted[1] - {None}, code


def test_a_lonely_cluster_names_its_stratum_in_both_languages() -> None:
    error = LonelyClusterError("H07")
    assert "'H07'" in str(error)
    assert "tầng «H07»" in error.message("vi")
