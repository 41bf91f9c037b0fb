"""`python -m tests.proofs NAME`: one long proof; QUICK=1 makes it short."""

import os
import sys
from importlib import import_module
from pathlib import Path

# Each proof has its quick form in a test of its name.
NAMES = sorted(
    path.stem.removeprefix("test_").replace("_", "-")
    for path in Path(__file__).parent.glob("test_*.py")
)

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in NAMES:
        sys.exit(f"usage: make prove NAME={'|'.join(NAMES)} [QUICK=1]")
    proof = import_module(f"tests.proofs.{sys.argv[1].replace('-', '_')}")
    sys.exit(proof.main(quick=os.environ.get("QUICK") == "1"))
