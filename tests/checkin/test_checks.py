"""Readiness: asked of the surroundings now and then, not at every probe."""

from checkin.door.checks import LASTS_S, Recent


def test_an_answer_is_good_for_a_moment_and_asked_for_anew_after_it() -> None:
    now_s, asked = [0.0], ["away", None, None]
    check = Recent(lambda: asked.pop(0), lambda: now_s[0])

    first, soon_after = check(), check()
    now_s[0] = LASTS_S + 0.1
    later = check()

    assert (first, soon_after, later, len(asked)) == ("away", "away", None, 1)
