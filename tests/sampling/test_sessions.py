"""The frame of counter sessions and its draw."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.errors import SelectionError
from sampling.selection import keyed_uniforms
from sampling.sessions import (
    HALVES,
    PURPOSE,
    OpeningHours,
    Session,
    draw_sessions,
    session_frame,
    session_frame_hash,
    session_selection_hash,
)

MONDAY = date(2026, 11, 30)
SUNDAY = MONDAY + timedelta(6)
WEEK = OpeningHours(frozenset(range(6)), frozenset(range(5)))
SEED = bytes(range(32))
POINTS = [("26041", "Q1"), ("26041", "Q2"), ("26044", "7K02"), ("Xã Đắk Ơ", "Quầy 1")]
sessions = st.builds(
    lambda point, day, half: Session(*point, day, half),
    st.sampled_from(POINTS),
    st.dates(date(2026, 11, 1), date(2026, 11, 20)),
    st.sampled_from(HALVES),
)


def test_a_week_has_eleven_half_days_at_a_counter_that_is_open_on_saturday_morning():
    frame = session_frame({"Q1": "26041"}, MONDAY, SUNDAY, WEEK)
    assert len(frame) == 11
    assert [each.half for each in frame if each.day.weekday() == 5] == ["morning"]
    assert not [each for each in frame if each.day.weekday() == 6]


def test_a_holiday_is_on_no_frame():
    closed = replace(WEEK, closed=frozenset({MONDAY}))
    frame = session_frame({"Q1": "26041", "Q2": "26041"}, MONDAY, SUNDAY, closed)
    assert len(frame) == 18
    assert MONDAY not in {each.day for each in frame}


def test_a_period_that_ends_before_it_begins_has_no_sessions():
    assert session_frame({"Q1": "26041"}, SUNDAY, MONDAY, WEEK) == ()


def test_the_hash_is_that_of_sorted_rows_as_canonical_json():
    frame = [
        Session("26041", "Q2", MONDAY, "morning"),
        Session("26041", "Q1", MONDAY, "afternoon"),
    ]
    rows = [
        ["26041", "Q1", "2026-11-30", "afternoon"],
        ["26041", "Q2", "2026-11-30", "morning"],
    ]
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    wanted = hashlib.sha256(text.encode()).hexdigest()
    assert session_frame_hash(frame) == session_frame_hash(frame[::-1]) == wanted


def test_the_smallest_keyed_numbers_of_a_unit_are_drawn():
    frame = session_frame({"Q1": "26041", "Q2": "26041"}, MONDAY, SUNDAY, WEEK)
    drawn = draw_sessions(SEED, frame, 3)
    numbers = keyed_uniforms(
        SEED, PURPOSE, 1, [each.unit for each in frame], [each.code for each in frame]
    )
    assert set(drawn.selected.nonzero()[0]) == set(np.argsort(numbers)[:3])
    assert (drawn.inclusion == 3 / 22).all()


@settings(max_examples=40)
@given(frame=st.sets(sessions, min_size=1), each=st.integers(0, 6), order=st.randoms())
def test_each_unit_has_its_number_of_sessions_whatever_their_order(frame, each, order):
    listed = sorted(frame)
    drawn = draw_sessions(SEED, listed, each)
    chosen = {listed[place] for place in drawn.selected.nonzero()[0]}
    for unit in {one.unit for one in listed}:
        size = sum(one.unit == unit for one in listed)
        inside = [place for place, one in enumerate(listed) if one.unit == unit]
        assert sum(one.unit == unit for one in chosen) == min(each, size)
        # Horvitz and Thompson: inverse probabilities of the drawn add up to the frame.
        assert np.isclose(drawn.inclusion[inside].sum(), min(each, size))
    mixed = list(listed)
    order.shuffle(mixed)
    again = draw_sessions(SEED, mixed, each)
    assert {mixed[place] for place in again.selected.nonzero()[0]} == chosen
    assert session_frame_hash(mixed) == session_frame_hash(listed)
    assert session_selection_hash(chosen) == session_selection_hash(sorted(chosen))


@settings(max_examples=25)
@given(frame=st.sets(sessions, min_size=2), place=st.integers(0), half=st.sampled_from(HALVES))
def test_a_frame_in_which_anything_was_changed_has_another_hash(frame, place, half):
    listed = sorted(frame)
    place %= len(listed)
    changed = replace(listed[place], half=half)
    other = [*listed[:place], changed, *listed[place + 1 :]]
    assert (session_frame_hash(other) == session_frame_hash(listed)) == (changed == listed[place])
    assert session_frame_hash(listed[:-1]) != session_frame_hash(listed)


def test_another_seed_draws_other_sessions():
    frame = session_frame({"Q1": "26041", "Q2": "26041"}, MONDAY, SUNDAY, WEEK)
    assert (draw_sessions(SEED, frame, 5).selected != draw_sessions(b"x", frame, 5).selected).any()


def test_a_session_that_stands_twice_is_refused():
    one = Session("26041", "Q1", MONDAY, "morning")
    with pytest.raises(SelectionError):
        draw_sessions(SEED, [one, one], 1)
    with pytest.raises(SelectionError):
        draw_sessions(SEED, [one], -1)
