"""What the quick forms of the proofs share."""

from collections.abc import Iterator

import pytest

from tests.proofs.nursery import Nursery, nursery


@pytest.fixture(scope="session")
def forks() -> Iterator[Nursery]:
    """A nursery for all sites of a run."""
    with nursery() as found:
        yield found
