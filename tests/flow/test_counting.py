"""What is counted of a request: its route's template and its status."""

from prometheus_client import REGISTRY

from tests.flow.world import Somebody, World


def counted(route: str, code: str) -> float:
    labels = {"method": "POST", "route": route, "code": code}
    return REGISTRY.get_sample_value("checkin_http_requests_total", labels) or 0


def test_a_request_is_counted_under_its_route(world: World, ana: Somebody) -> None:
    before = counted("/v1/check-ins", "202")
    ana.check_in()

    assert counted("/v1/check-ins", "202") == before + 1


def test_a_refusal_is_counted_under_its_route(world: World, ana: Somebody) -> None:
    before = counted("/v1/check-ins", "422")
    ana.ask("POST", "/v1/check-ins", {"kind": "nothing"})

    assert counted("/v1/check-ins", "422") == before + 1
