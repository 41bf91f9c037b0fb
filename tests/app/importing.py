"""A worker process of its own that imports lists in small steps, to be killed on the way.

Run as ``python -m tests.app.importing JOB ROWS_A_STEP`` with the settings of an installation.
"""

import sys

from app import create_app
from app.config import read_settings
from app.services import frame_staging, leases
from app.tasks import running

HOLDER = "to be killed"


def main(job_id: int, chunk: int) -> None:
    """Do one job."""
    frame_staging.CHUNK = chunk
    with create_app(read_settings()).app_context():
        claimed = leases.claim(job_id, HOLDER)
        assert claimed is not None
        running.perform(claimed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
