"""How the API is spoken to: patience, late outcomes, problems, and what is not Attune."""

from collections.abc import Iterator
from threading import Event

import pytest
from cli.person.client import Client
from cli.person.trouble import Refused, Trouble, Unreachable

from deploy.native.ports import free_port
from tests.cli.person.site import BUSY, PORTAL, Fault, Weather, dropped, saying, served

DONE = saying("200 OK", {"done": True}, "application/json")
ID = "01a20d36-6b80-7000-8000-000000000001"


@pytest.fixture
def weather() -> Weather:
    """Every answer has to be set up."""
    return Weather(lambda environ, start: DONE(_nobody, environ, start))


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(weather: Weather, slept: list[float]) -> Iterator[Client]:
    with served(weather) as address:
        client = Client(address, "atw_token", slept.append, lambda: ID)
        yield client
        client.close()


def _nobody(_environ: object, _start: object) -> list[bytes]:
    return []


def too_often(after: str) -> Fault:
    problem = {"type": "/problems/too_many_requests", "detail": "Wait a while."}
    return saying("429 TOO MANY REQUESTS", problem, Retry_After=after)


def test_a_request_is_made_again_after_the_pause_that_was_asked_for(
    client: Client, weather: Weather, slept: list[float]
) -> None:
    weather.faults.extend([BUSY, too_often("2")])

    assert client.get("/v1/streak") == {"done": True}
    assert slept == [1, 2]


@pytest.mark.parametrize("after", ["6", "3600", "Tue, 24 Nov 2026 11:00:00 GMT", "-1", ""])
def test_a_longer_pause_is_told_of(client: Client, weather: Weather, slept: list[float], after: str) -> None:
    weather.faults.append(too_often(after))

    with pytest.raises(Refused, match=r"Wait a while\."):
        client.get("/v1/streak")
    assert slept == []


def test_all_pauses_together_are_no_longer_than_five_seconds(
    client: Client, weather: Weather, slept: list[float]
) -> None:
    weather.faults.extend([BUSY] * 20)

    with pytest.raises(Refused):
        client.get("/v1/streak")
    assert slept == [1] * 5


def test_no_pause_at_all_is_still_a_pause(client: Client, weather: Weather, slept: list[float]) -> None:
    weather.faults.append(too_often("0"))

    client.get("/v1/streak")
    assert slept == [1]


def test_a_repeated_command_has_the_same_key(client: Client, weather: Weather) -> None:
    weather.faults.append(BUSY)

    client.command("POST", "/v1/invites", {})

    assert weather.keys == [f'"{ID}"'] * 2


def test_what_a_repeat_would_do_again_is_not_repeated(client: Client, weather: Weather) -> None:
    weather.faults.append(BUSY)

    with pytest.raises(Refused):
        client.post_once("/v1/people", {})
    assert len(weather.asked) == 1


def test_what_was_asked_too_often_has_done_nothing_and_is_repeated(client: Client, weather: Weather) -> None:
    weather.faults.append(too_often("1"))

    assert client.post_once("/v1/people", {}) == {"done": True}


def test_a_late_outcome_is_waited_for(client: Client, weather: Weather, slept: list[float]) -> None:
    weather.faults.extend(
        [
            saying(
                "202 ACCEPTED", {"command": "c", "state": "pending", "code": "secret"}, "application/json"
            ),
            saying("200 OK", {"command": "c", "state": "pending"}, "application/json"),
            saying("200 OK", {"command": "c", "state": "done", "result": {"x": 1}}, "application/json"),
        ]
    )

    found = client.command("POST", "/v1/invites", {})

    assert found == {"command": "c", "state": "done", "code": "secret", "x": 1}
    assert weather.asked == ["POST /v1/invites", "GET /v1/commands/c", "GET /v1/commands/c"]
    assert slept == [1.0]


def test_a_late_refusal_is_a_refusal(client: Client, weather: Weather) -> None:
    refused = {"command": "c", "state": "refused", "status": 409, "error": "no", "detail": "That cannot be."}
    weather.faults.extend(
        [
            saying("202 ACCEPTED", {"command": "c", "state": "pending"}, "application/json"),
            saying("200 OK", refused, "application/json"),
        ]
    )

    with pytest.raises(Refused, match=r"That cannot be\."):
        client.command("POST", "/v1/invites", {})


def test_an_outcome_that_does_not_come_is_told_of(client: Client, weather: Weather) -> None:
    pending = saying("202 ACCEPTED", {"command": "c", "state": "pending"}, "application/json")
    weather.faults.extend([pending] * 20)

    with pytest.raises(Trouble, match="has not yet"):
        client.command("POST", "/v1/invites", {})


def test_a_problem_is_a_sentence_with_its_pointers(client: Client, weather: Weather) -> None:
    problem = {
        "type": "/problems/invalid",
        "title": "Invalid",
        "status": 422,
        "detail": "Some fields cannot be taken.",
        "errors": [
            {"pointer": "/zone", "detail": "No such zone."},
            {"pointer": "/name", "detail": "Too long."},
        ],
    }
    weather.faults.append(saying("422 UNPROCESSABLE ENTITY", problem))

    with pytest.raises(Refused) as caught:
        client.get("/v1/streak")

    assert str(caught.value) == "Some fields cannot be taken.\n  /zone: No such zone.\n  /name: Too long."
    assert (caught.value.status, caught.value.word) == (422, "invalid")


@pytest.mark.parametrize("problem", [{}, {"errors": "none"}, {"detail": None, "errors": [3, None]}])
def test_a_problem_that_says_little_is_a_sentence_all_the_same(
    client: Client, weather: Weather, problem: dict[str, object]
) -> None:
    weather.faults.append(saying("418 I'M A TEAPOT", problem))

    with pytest.raises(Refused, match="418"):
        client.get("/v1/streak")


@pytest.mark.parametrize(
    "answer",
    [
        PORTAL,
        saying("200 OK", "[1, 2]", "application/json"),
        saying("200 OK", "{", "application/json"),
        saying("404 NOT FOUND", "<html>", "text/html"),
        saying("302 FOUND", "", "text/html", Location="http://127.0.0.1:9/login"),
    ],
)
def test_what_is_not_attune_is_said_so(client: Client, weather: Weather, answer: Fault) -> None:
    weather.faults.append(answer)

    with pytest.raises(Unreachable, match=r"is not Attune\. Is the address right\?"):
        client.get("/v1/streak")
    assert len(weather.asked) == 1


def test_a_connection_that_breaks_is_unreachable(client: Client, weather: Weather) -> None:
    weather.faults.append(dropped)

    with pytest.raises(Unreachable, match="the connection broke"):
        client.get("/v1/streak")


def test_where_nobody_answers_it_says_so() -> None:
    client = Client(f"http://127.0.0.1:{free_port()}", None, lambda _s: None, lambda: ID)

    with pytest.raises(Unreachable, match="nobody answers there"):
        client.get("/v1/streak")


def test_a_silent_site_is_given_up(weather: Weather, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.person.wire.READ_S", 0.2)
    over = Event()

    def silent(_app: object, _environ: object, _start: object) -> list[bytes]:
        over.wait(60)
        return []

    weather.faults.append(silent)
    with served(weather) as address:
        client = Client(address, None, lambda _s: None, lambda: ID)
        with pytest.raises(Unreachable, match="does not answer in time"):
            client.get("/v1/streak")
        client.close()
        over.set()


def test_a_name_that_nobody_knows_is_said_so() -> None:
    client = Client("https://attune.invalid", None, lambda _s: None, lambda: ID)

    with pytest.raises(Unreachable, match="cannot be reached"):
        client.get("/v1/streak")


def test_an_endless_answer_is_not_read(
    client: Client, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.person.wire.MOST_BYTES", 1000)
    weather.faults.append(saying("200 OK", {"much": "x" * 2000}, "application/json"))

    with pytest.raises(Unreachable, match="more than Attune would"):
        client.get("/v1/streak")


def test_the_token_is_in_the_header_and_nowhere_else(client: Client, weather: Weather) -> None:
    client.get("/v1/check-ins", {"kind": "feeling", "cursor": None})

    assert weather.asked == ["GET /v1/check-ins?kind=feeling"]
    assert weather.tokens == ["Bearer atw_token"]
