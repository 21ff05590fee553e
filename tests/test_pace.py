"""When a call is tried again, and how long is waited before."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenacity import RetryError

from motionedit_bench.calls.pace import LONGEST_BACKOFF, Pace, TryFailed, retry_after, retrying
from motionedit_bench.metrics.judge.background import Background


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("7", 7),
        ("0.25", 0.25),
        ("-3", 0),
        ("soon", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_the_header_that_asks_to_wait(text, seconds):
    assert retry_after(text) == seconds


def is_by_our_clock(then, *date):
    """Whether what is waited until a time is what our clock says, which goes on meanwhile."""
    text = format_datetime(then, usegmt=True)
    before = datetime.now(UTC)
    found = retry_after(text, *date)
    most, least = (then.replace(microsecond=0) - now for now in (before, datetime.now(UTC)))
    return least.total_seconds() <= found <= most.total_seconds()


def test_the_header_may_be_a_time():
    assert is_by_our_clock(datetime.now(UTC) + timedelta(hours=1))


def test_a_time_is_by_the_clock_of_the_server_that_names_it():
    now = datetime.now(UTC)
    for slow in (timedelta(days=-3), timedelta(0), timedelta(hours=1)):
        date, then = (format_datetime(now + slow + timedelta(seconds=k), usegmt=True) for k in (0, 7))
        assert retry_after(then, date) == 7
    assert is_by_our_clock(now + timedelta(hours=1), "no date")
    assert retry_after("7", date) == 7


def waits(pace, failures):
    """How long is waited after each of these failures, in seconds, and what comes of the call."""
    waited, left = [], list(failures)

    async def one():
        if left:
            raise left.pop(0)
        return "answer"

    async def sleep(seconds):
        waited.append(seconds)

    tries = retrying(pace)
    tries.sleep = sleep
    background = Background("waits")
    try:
        return waited, background.wait_for(tries(one))
    except (RetryError, TryFailed) as error:
        return waited, error
    finally:
        background.close()


def test_each_wait_is_about_twice_the_one_before_up_to_the_longest():
    pace = Pace(tries=10, backoff=1)
    waited, found = waits(pace, [TryFailed("no", 0) for _ in range(9)])
    assert found == "answer"
    for place, seconds in enumerate(waited):
        about = min(2.0**place, LONGEST_BACKOFF)
        assert 0.75 * about <= seconds <= 1.25 * about


@given(st.floats(0, 120), st.integers(1, 8))
def test_no_wait_is_shorter_than_the_server_asks_for(asked, failures):
    waited, _ = waits(Pace(tries=9), [TryFailed("no", asked) for _ in range(failures)])
    assert len(waited) == failures
    assert min(waited) >= asked


def test_what_no_try_can_mend_is_tried_once_and_all_else_to_the_end():
    waited, found = waits(Pace(tries=3), [TryFailed("never")])
    assert (waited, str(found)) == ([], "never")
    waited, found = waits(Pace(tries=3), [TryFailed("later", 0) for _ in range(5)])
    assert len(waited) == 2
    assert isinstance(found, RetryError)
