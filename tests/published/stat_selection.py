"""Draws whose chance is given."""

from collections.abc import Mapping
from typing import Any

from sampling.columns import Columns
from sampling.systematic import pps_systematic
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics


def drawn_systematically(args: Mapping[str, Any], setting: Setting) -> Result:
    """Rows of a systematic draw in proportion to size, 1 for the first."""
    unknown = sorted(set(args) - {"start", "n", "file", "note"})
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")
    columns: Columns = setting.table(args["file"]) if "file" in args else setting.columns
    measure = columns.numbers(setting.case.design["size"])
    return {"selected": pps_systematic(measure, args["n"], args["start"]) + 1}


STATISTICS: Statistics = {"pps_systematic": drawn_systematically}
