"""`python -m tests.proofs NAME`: one long proof; QUICK=1 makes it short."""

import os
import sys

from tests.proofs import kill_worker, large_lists, restore

PROOFS = {"kill-worker": kill_worker.main, "large-lists": large_lists.main, "restore": restore.main}

if __name__ == "__main__":
    chosen = PROOFS.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if chosen is None:
        sys.exit(f"usage: make prove NAME={'|'.join(PROOFS)} [QUICK=1]")
    sys.exit(chosen(quick=os.environ.get("QUICK") == "1"))
