import threading
import time
from collections.abc import Callable, Sequence

import pytest

from app.services.gathering import WRITING, Gathering

PATIENCE = 10.0


class Slow:
    """Writes numbers, and lets those it is told to hold wait."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.going, self.entered = threading.Event(), threading.Semaphore(0)

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.groups.append(list(items))
        self.entered.release()
        assert self.going.wait(PATIENCE)
        if 13 in items:
            raise ValueError(13)
        return [10 * item for item in items]


def started(
    gathering: "Gathering[int, int]", work: Slow, items: Sequence[int], results: dict[int, object]
) -> threading.Thread:
    def write() -> None:
        try:
            results[items[0]] = gathering.write(work, items)
        except ValueError as error:
            results[items[0]] = error

    person = threading.Thread(target=write)
    person.start()
    return person


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.005)
    assert condition()


def all_at_once(gathering: "Gathering[int, int]", late: Sequence[Sequence[int]]) -> tuple:
    """Let some write, others come while they do, and see what each got."""
    work, results = Slow(), {}
    people = [started(gathering, work, [-at], results) for at in range(1, WRITING + 1)]
    for _ in people:
        assert work.entered.acquire(timeout=PATIENCE)
    for at, items in enumerate(late, 1):
        people.append(started(gathering, work, items, results))
        wait_for(lambda at=at: len(gathering.waiting) == at)
    work.going.set()
    for person in people:
        person.join(PATIENCE)
    return work.groups, results


def test_whoever_comes_alone_writes_at_once_and_alone() -> None:
    work = Slow()
    work.going.set()
    gathering = Gathering[int, int]()
    assert [gathering.write(work, [at]) for at in range(3)] == [[0], [10], [20]]
    assert work.groups == [[0], [1], [2]]
    assert gathering.writing == 0


def test_those_who_wait_are_written_by_one_of_them_and_each_gets_their_own() -> None:
    gathering = Gathering[int, int]()
    groups, results = all_at_once(gathering, [[1], [2, 3], [4]])
    assert groups[WRITING:] == [[1, 2, 3, 4]]
    assert {key: results[key] for key in (1, 2, 4)} == {1: [10], 2: [20, 30], 4: [40]}
    assert gathering.writing == 0
    assert gathering.waiting == []


def test_what_fails_is_told_to_all_of_the_group_and_those_after_it_go_on() -> None:
    gathering = Gathering[int, int]()
    _, results = all_at_once(gathering, [[1], [13]])
    assert isinstance(results[1], ValueError)
    assert results[13] is results[1]
    assert results[-1] == [-10]
    assert gathering.write(list, [5]) == [5]
    assert gathering.writing == 0


@pytest.mark.parametrize("threads", [WRITING, 24])
def test_nobody_is_forgotten_however_many_write(threads: int) -> None:
    gathering, results = Gathering[int, int](), {}

    def work(items: Sequence[int]) -> list[int]:
        time.sleep(0.0005)
        return [item + 1 for item in items]

    def live(at: int) -> None:
        results[at] = [gathering.write(work, [at * 100 + turn])[0] for turn in range(50)]

    people = [threading.Thread(target=live, args=(at,)) for at in range(threads)]
    for person in people:
        person.start()
    for person in people:
        person.join(PATIENCE)
    assert results == {at: [at * 100 + turn + 1 for turn in range(50)] for at in range(threads)}
    assert gathering.writing == 0
