"""The pauses between attempts."""

from notifier import schedule


def test_patience_grows_with_the_wait() -> None:
    assert [schedule.patience(waited) for waited in (-5, 0, 4_000, 10**9)] == [200, 200, 500, 5_000]
