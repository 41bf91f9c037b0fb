"""Print the table of ratios and write it to bench.json in the home folder."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from app.config import read_settings
from benchmarks import answering, ceiling, credentials, extracts, first_load, selection, statistics
from benchmarks.timing import NO_GOAL, Row

BENCHES: Mapping[str, Callable[[], list[Row]]] = {
    "ceiling": ceiling.rows,
    "answering": answering.rows,
    "first_load": first_load.rows,
    "credentials": credentials.rows,
    "statistics": statistics.rows,
    "selection": selection.rows,
    "extracts": extracts.rows,
}


def main() -> None:
    """Run the benchmarks that are named, or every one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    chosen = parser.parse_args().name
    strange = sorted({*chosen} - {*BENCHES})
    if strange:
        parser.error(f"{strange[0]}: choose of {', '.join(BENCHES)}")
    table = [row for name in chosen or BENCHES for row in BENCHES[name]()]
    print(f"{'':52} {'value':>10} {'baseline':>10} {'ratio':>8}  goal")
    for row in table:
        figures = f"{row.value:10.4f} {row.baseline:10.4f} {row.ratio:8.2f}"
        if row.spread:
            figures += f" [{row.spread[0]:.2f}–{row.spread[1]:.2f}]"
        verdict = "" if row.goal == NO_GOAL else "ok" if row.met else "MISSED"
        print(f"{row.name:52} {figures}  {row.goal} {verdict}")
    home = Path(read_settings().folder)
    home.mkdir(parents=True, exist_ok=True)
    (home / "bench.json").write_text(json.dumps([row.as_dict() for row in table], indent=2))


if __name__ == "__main__":
    main()
