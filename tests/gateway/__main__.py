"""Run the gateway by hand until it is interrupted."""

import argparse
import sys

from tests.gateway.serving import Server


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway", description=__doc__)
    parser.add_argument("--port", type=int, default=9060)
    port = parser.parse_args().port
    with Server(port) as server:
        sys.stdout.write(
            f"Twilio: {server.address}, account {server.account}, token {server.token}\n"
            "Faults: POST /control/faults, counts: GET /control/counts\n"
        )
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
