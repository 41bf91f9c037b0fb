"""`khaosat sample`: how many to ask and how to share them out, on files and without a server."""

import click

from app.commands.sample_allocate import allocate
from app.commands.sample_commit import commit
from app.commands.sample_draw import draw
from app.commands.sample_size import size
from app.commands.sample_verify import verify


@click.group()
def sample() -> None:
    """Mẫu điều tra: cỡ mẫu, phân bổ, chọn mẫu."""


sample.add_command(size)
sample.add_command(allocate)
sample.add_command(commit)
sample.add_command(draw)
sample.add_command(verify)
