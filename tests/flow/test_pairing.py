"""Pairing over HTTP: invite, accept, confirm, and who is told what when it does not work out."""

import pytest
from checkin.door.front import Rules

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World, body_of
from tests.people import CHI, DEE

DAY = "2026-11-24"


def invite(somebody: Somebody) -> str:
    return str(somebody.ok("POST", "/v1/invites", {})["code"])


def accept(somebody: Somebody, code: str, **headers: str) -> tuple[int, str]:
    answer = somebody.ask("POST", f"/v1/invites/{code}/accept", {}, **headers)
    return (200, "accepted") if answer.status_code == 200 else refusal(answer)


def confirm(somebody: Somebody) -> tuple[int, str]:
    answer = somebody.ask("POST", "/v1/couple/confirm", {})
    return (200, "couple") if answer.status_code == 200 else refusal(answer)


def couple_of(somebody: Somebody) -> list[str]:
    return sorted(somebody.get("/v1/couple")["members"])


def test_an_invite_has_a_code_and_an_expiry_after_48_hours(ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/invites", {})

    made = body_of(answer)
    assert answer.status_code == 201
    assert made == {"code": made["code"], "expires_at": "2026-11-26T11:00:00.000Z"}


def test_accepting_answers_with_the_state(ana: Somebody, bo: Somebody) -> None:
    answer = bo.ask("POST", f"/v1/invites/{invite(ana)}/accept", {})

    assert (answer.status_code, answer.json) == (200, {"state": "accepted"})


def test_confirming_answers_with_the_couple(ana: Somebody, bo: Somebody) -> None:
    accept(bo, invite(ana))
    answer = ana.ask("POST", "/v1/couple/confirm", {})

    formed = body_of(answer)
    assert answer.status_code == 200
    assert formed == {"couple": formed["couple"], "members": [ana.id, bo.id], "day_one": DAY}


def test_both_see_the_couple_and_the_partners_name(couple: str, ana: Somebody, bo: Somebody) -> None:
    expected = {"couple": couple, "members": [ana.id, bo.id], "day_one": DAY}

    assert ana.get("/v1/couple") == expected | {"partner": {"person": bo.id, "name": "Bo"}}
    assert bo.get("/v1/couple") == expected | {"partner": {"person": ana.id, "name": "Ana"}}


def test_somebody_alone_is_a_couple_of_one(ana: Somebody) -> None:
    assert ana.get("/v1/couple") == {"couple": None, "members": [ana.id], "day_one": None, "partner": None}


def test_nothing_is_shared_before_the_inviter_confirms(ana: Somebody, bo: Somebody) -> None:
    ana.check_in("appreciation", note="For you.")
    accept(bo, invite(ana))

    assert couple_of(bo) == [bo.id]
    assert bo.get("/v1/check-ins")["check_ins"] == []


def test_of_two_joiners_for_one_invite_the_first_has_it(
    world: World, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    code = invite(ana)

    assert accept(bo, code) == (200, "accepted")
    assert accept(eve, code) == (409, "invite_taken")
    assert confirm(ana) == (200, "couple")
    assert (couple_of(ana), couple_of(eve)) == (sorted([ana.id, bo.id]), [eve.id])


def test_of_two_joiners_at_once_exactly_one_is_accepted(
    world: World, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    path = f"/v1/invites/{invite(ana)}/accept"
    answers = world.at_once(lambda: bo.ask("POST", path, {}), lambda: eve.ask("POST", path, {}))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [refusal(answer) for answer in answers if answer.status_code == 409] == [(409, "invite_taken")]


def test_whoever_was_refused_is_free_for_another_invite(world: World, ana: Somebody, bo: Somebody) -> None:
    chi, dee = world.register(CHI), world.register(DEE)
    code = invite(ana)
    accept(bo, code)
    accept(chi, code)

    assert accept(chi, invite(dee)) == (200, "accepted")
    assert confirm(dee) == (200, "couple")


def test_a_joiner_of_two_invites_has_the_first(
    world: World, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    assert accept(bo, invite(ana)) == (200, "accepted")
    assert accept(bo, invite(eve)) == (409, "promised_elsewhere")
    assert (confirm(eve), confirm(ana)) == ((409, "nothing_to_confirm"), (200, "couple"))


def test_a_joiner_of_two_invites_at_once_has_one(
    world: World, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    paths = [f"/v1/invites/{invite(somebody)}/accept" for somebody in (ana, eve)]
    answers = world.at_once(lambda: bo.ask("POST", paths[0], {}), lambda: bo.ask("POST", paths[1], {}))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted([confirm(ana)[0], confirm(eve)[0]]) == [200, 409]
    assert len(couple_of(bo)) == 2


def test_two_who_accept_each_other_become_one_couple(world: World, ana: Somebody, bo: Somebody) -> None:
    to_ana, to_bo = (f"/v1/invites/{invite(somebody)}/accept" for somebody in (ana, bo))
    answers = world.at_once(lambda: bo.ask("POST", to_ana, {}), lambda: ana.ask("POST", to_bo, {}))
    confirmed = world.at_once(
        lambda: ana.ask("POST", "/v1/couple/confirm", {}), lambda: bo.ask("POST", "/v1/couple/confirm", {})
    )

    assert {answer.status_code for answer in answers} == {200, 409}
    assert {answer.status_code for answer in confirmed} == {200, 409}
    assert couple_of(ana) == couple_of(bo) == sorted([ana.id, bo.id])
    assert ana.get("/v1/couple")["couple"] == bo.get("/v1/couple")["couple"]


def test_confirming_twice_at_once_forms_one_couple(world: World, ana: Somebody, bo: Somebody) -> None:
    accept(bo, invite(ana))
    answers = world.at_once(*[lambda: ana.ask("POST", "/v1/couple/confirm", {})] * 2)

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {refusal(a) for a in answers if a.status_code == 409} == {(409, "confirm_under_way")}


def test_ones_own_invite_cannot_be_accepted(ana: Somebody) -> None:
    assert accept(ana, invite(ana)) == (409, "own_invite")


def test_there_is_nothing_to_confirm_before_somebody_accepts(ana: Somebody) -> None:
    invite(ana)

    assert confirm(ana) == (409, "nothing_to_confirm")


def test_the_joiner_cannot_confirm(ana: Somebody, bo: Somebody) -> None:
    accept(bo, invite(ana))

    assert confirm(bo) == (409, "promised_elsewhere")


def test_an_invite_is_used_once(couple: str, world: World, ana: Somebody, eve: Somebody) -> None:
    assert refusal(ana.ask("POST", "/v1/invites", {})) == (409, "already_in_a_couple")
    assert confirm(ana) == (409, "already_in_a_couple")


def test_who_is_in_a_couple_accepts_nobody(couple: str, bo: Somebody, eve: Somebody) -> None:
    assert accept(bo, invite(eve)) == (409, "already_in_a_couple")


def test_an_expired_invite_is_told_from_an_unknown_one(world: World, ana: Somebody, bo: Somebody) -> None:
    code = invite(ana)
    world.wait(hours=48)

    assert accept(bo, code) == (409, "invite_expired")


def test_an_accepted_invite_that_expired_cannot_be_confirmed(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    accept(bo, invite(ana))
    world.wait(hours=48)

    assert confirm(ana) == (409, "invite_expired")


@pytest.mark.parametrize("code", ["x", "0190e000-0000-7000-8000-00000000000e." + "A" * 43, "..", "%2e%2e"])
def test_an_unknown_code_is_refused(ana: Somebody, code: str) -> None:
    assert accept(ana, code)[0] == 404


def test_a_wrong_secret_and_nobodys_code_look_the_same(ana: Somebody, bo: Somebody) -> None:
    invite(ana)
    secret = "A" * 43
    wrong = bo.ask("POST", f"/v1/invites/{ana.id}.{secret}/accept", {})
    nobody = bo.ask("POST", f"/v1/invites/{ana.id[:-1]}f.{secret}/accept", {})

    assert refusal(wrong) == refusal(nobody) == (404, "unknown_invite")
    assert wrong.data == nobody.data


def test_a_made_up_code_does_not_tell_whether_somebody_is_in_a_couple(
    couple: str, ana: Somebody, eve: Somebody
) -> None:
    assert accept(eve, f"{ana.id}.{'A' * 43}") == (404, "unknown_invite")


def test_inviting_too_often_has_to_wait(ana: Somebody) -> None:
    answers = [ana.ask("POST", "/v1/invites", {}) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert refusal(answers[-1]) == (429, "too_many_invites")


def test_inviting_is_limited_by_the_hour_for_each_person() -> None:
    world = World(Rules(invites_per_hour=1))
    chi, dee = world.register(CHI), world.register(DEE)
    invite(chi)
    answer = chi.ask("POST", "/v1/invites", {})

    assert refusal(answer) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0
    assert dee.ask("POST", "/v1/invites", {}).status_code == 201


def test_too_many_open_invites_say_when_to_come_back(ana: Somebody) -> None:
    answers = [ana.ask("POST", "/v1/invites", {}) for _ in range(11)]

    assert "Retry-After" in answers[-1].headers
