"""Redis' memory, as the real server reports it, plain and as a cluster."""

from checkin.door.pressure import used_share

from shared.store import Client


def test_without_a_limit_nothing_is_ever_full(redis_client: Client) -> None:
    redis_client.config_set("maxmemory", 0)

    assert used_share(redis_client) == 0


def test_the_share_is_of_what_may_be_used(redis_client: Client) -> None:
    redis_client.config_set("maxmemory", 512 * 1024 * 1024)

    assert 0 < used_share(redis_client) < 0.5
