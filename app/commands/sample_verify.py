"""`khaosat sample verify`: runs the stand-alone verifier; it checks nothing of its own."""

import subprocess
import sys
from pathlib import Path

import click

from sampling import verify_sample

INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("record", metavar="RECORD.json", type=INPUT)
@click.argument("frame", metavar="FRAME.csv", type=INPUT)
@click.option("--commitment", type=INPUT, help="Bản cam kết đã công bố trước khi rút.")
@click.option("--revealed", type=INPUT, help="Số bí mật đã công bố sau khi thu phiếu.")
@click.option("--asked", type=INPUT, help="Danh sách đã hỏi dùng khi chốt (method: apart).")
def verify(
    record: Path,
    frame: Path,
    commitment: Path | None,
    revealed: Path | None,
    asked: Path | None,
) -> None:
    """Kiểm tra lại một lần rút mẫu đã công bố; chạy verify_sample.py, tệp đứng riêng."""
    optional = {"--commitment": commitment, "--revealed": revealed, "--asked": asked}
    words = [str(part) for pair in optional.items() if pair[1] for part in pair]
    # Isolated, so that the file proves that it needs nothing of the project.
    run = [sys.executable, "-I", verify_sample.__file__, str(record), str(frame), *words]
    done = subprocess.run(run, capture_output=True, check=False)
    click.echo(done.stdout.decode(errors="replace"), nl=False)
    click.echo(done.stderr.decode(errors="replace"), nl=False, err=True)
    sys.exit(done.returncode)
