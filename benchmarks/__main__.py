"""Print the table of ratios and write it to bench.json in the home folder."""

import json
from pathlib import Path

from app.config import read_settings
from benchmarks import answering, ceiling, credentials, extracts, first_load, selection, statistics
from benchmarks.timing import NO_GOAL


def main() -> None:
    """Run every benchmark."""
    table = [
        *ceiling.rows(),
        *answering.rows(),
        *first_load.rows(),
        *credentials.rows(),
        *statistics.rows(),
        *selection.rows(),
        *extracts.rows(),
    ]
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
