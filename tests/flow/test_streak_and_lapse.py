"""What check-ins add up to, as the API shows it."""

from tests.flow.world import Somebody, World

TODAY = "2026-11-24"


def test_the_streak_before_anybody_checked_in(couple: str, ana: Somebody) -> None:
    assert ana.get("/v1/streak") == {
        "count": 0,
        "longest": 0,
        "mode": "daily",
        "unit": "day",
        "strength": 0.0,
        "reserve_left": 2,
        "today": {"date": TODAY, "state": "open", "you": False, "closes_at": "2026-11-25T08:00:00.000Z"},
    }


def test_the_streak_of_a_kept_day(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    bo.check_in()

    streak = ana.get("/v1/streak")
    assert streak == {
        "count": 1,
        "longest": 1,
        "mode": "daily",
        "unit": "day",
        "strength": 0.0519,
        "reserve_left": 2,
        "today": {"date": TODAY, "state": "kept", "you": True, "closes_at": "2026-11-25T08:00:00.000Z"},
    }


def test_a_member_sees_their_own_state_of_today(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()

    assert (ana.get("/v1/streak")["today"]["you"], bo.get("/v1/streak")["today"]["you"]) == (True, False)


def test_today_is_the_readers_own(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    world.wait(hours=16)

    dates = [somebody.get("/v1/streak")["today"]["date"] for somebody in (ana, bo)]
    assert dates == ["2026-11-25", TODAY]


def test_day_one_is_the_later_of_the_two_dates(world: World, ana: Somebody, bo: Somebody) -> None:
    world.wait(hours=16)
    world.pair(ana, bo)

    assert ana.get("/v1/couple")["day_one"] == "2026-11-25"


def test_a_late_entry_mends_a_day_that_was_missed(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in()
    bo.check_in()
    world.wait(hours=24)
    ana.check_in()
    world.wait(hours=24)
    before = ana.get("/v1/streak")
    bo.check_in(day="yesterday")
    after = ana.get("/v1/streak")

    assert (before["count"], before["reserve_left"]) == (1, 1)
    assert (after["count"], after["reserve_left"]) == (2, 2)


def test_self_love_counts_for_the_person_alone(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("self_love")
    bo.check_in()

    assert ana.get("/v1/streak")["count"] == 0


def test_the_lapse_before_any_quality_time(couple: str, ana: Somebody) -> None:
    lapse = ana.get("/v1/lapse")

    assert lapse == {
        "state": "on_cadence",
        "agreed_days": 3.5,
        "threshold_days": 10.5,
        "since": "2026-11-24T08:00:00.000Z",
        "sentence": "You agreed on about twice a week; it has been 0 days, your usual is up to 11.",
    }


def test_the_lapse_drifts_opens_and_closes(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    states = []
    for hours in (7 * 24, 24, 3 * 24):
        world.wait(hours=hours)
        states.append(bo.get("/v1/lapse")["state"])
    sentence = bo.get("/v1/lapse")["sentence"]
    ana.check_in("safe_space")

    assert states == ["on_cadence", "drifting", "lapsed"]
    assert sentence == "You agreed on about twice a week; it has been 11 days, past your usual 11."
    assert bo.get("/v1/lapse")["state"] == "on_cadence"


def test_both_members_read_the_same_lapse(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    world.wait(hours=50)

    assert ana.get("/v1/lapse") == bo.get("/v1/lapse")


def test_somebody_alone_has_a_streak_and_a_lapse_of_their_own(ana: Somebody) -> None:
    ana.check_in("quality_time")

    assert (ana.get("/v1/streak")["count"], ana.get("/v1/lapse")["state"]) == (1, "on_cadence")
