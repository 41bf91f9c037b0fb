"""Run every case of a folder of published numbers: python -m tests.published FOLDER."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sampling.errors import SamplingError
from tests.published.cases import Case, Check, UnsupportedError, case_files, read_case
from tests.published.comparing import differences
from tests.published.setting import Setting
from tests.published.statistics import computed

# What a case in the wrong form can raise: it fails, and the others go on.
MALFORMED = (
    *(UnsupportedError, SamplingError, LookupError, TypeError),
    *(ValueError, AttributeError, OSError, ArithmeticError),
)


def failures(case: Case, checks: list[Check]) -> Iterator[tuple[Check, list[str]]]:
    """Run the checks of a case and give each with what is wrong, if anything."""
    setting = Setting(case)
    for check in checks:
        try:
            ours = computed(check.stat, check.args, setting)
            yield check, [*differences(ours, check.expect, check.rtol)]
        except MALFORMED as error:
            yield check, [described(error)]


def described(error: BaseException) -> str:
    """One line for an error."""
    kind = "" if isinstance(error, UnsupportedError) else f"{type(error).__name__}: "
    return kind + " ".join(str(error).split())


def tell(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line for each failed check and the counts; 1 when any failed or none ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.published", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--case", help="run this case only")
    parser.add_argument("--stat", help="run these statistics only, separated by commas")
    options = parser.parse_args(arguments)
    stats = options.stat.split(",") if options.stat else None
    passed = failed = 0
    for path in case_files(options.folder):
        try:
            case = read_case(path)
        except UnsupportedError as error:
            if options.case in (None, path.stem):
                failed += 1
                tell(f"{path.stem}: {described(error)}")
            continue
        if options.case not in (None, case.name):
            continue
        checks = [check for check in case.checks if stats is None or check.stat in stats]
        for check, wrong in failures(case, checks):
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                tell(f"{case.name} {check.id} ({check.stat}): {'; '.join(wrong)}")
    tell(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
