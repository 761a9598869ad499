"""Redis: password, memory policy, port."""

import socket
from collections.abc import Iterator

import pytest
import redis

from apps.core.services.account import choose_account
from apps.core.services.binaries import find_binaries
from apps.core.services.layout import CHECKOUT, Layout
from apps.core.services.redis_server import RedisPlan, RedisServer


@pytest.fixture
def plan(layout: Layout) -> RedisPlan:
    layout.create()
    account = choose_account()
    program = find_binaries(account, Layout(CHECKOUT / "var").shared_home).redis
    home = layout.var / "redis"
    account.make_private(home)
    return RedisPlan(program, account, home, layout.logs / "redis.log", "s3cret", layout.run / "redis.port")


@pytest.fixture
def server(plan: RedisPlan) -> Iterator[RedisServer]:
    started = RedisServer(plan)
    started.start()
    yield started
    started.kill()


def test_redis_asks_for_the_password(server: RedisServer) -> None:
    assert redis.Redis.from_url(server.url).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port).ping()


def test_redis_never_drops_a_queued_message_to_make_room(server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("save") == {"save": ""}


def test_killed_redis_comes_back_empty_on_the_same_port(server: RedisServer) -> None:
    url = server.url
    with redis.Redis.from_url(url) as client:
        client.set("doorbell", "1")
    server.kill()
    assert not server.answers()
    server.start()
    assert server.url == url
    with redis.Redis.from_url(url) as client:
        assert client.get("doorbell") is None


def test_next_start_tries_the_last_port_first(plan: RedisPlan, server: RedisServer) -> None:
    server.stop()
    again = RedisServer(plan)
    again.start()
    assert again.port == server.port
    again.kill()


def test_port_taken_meanwhile_is_given_up(plan: RedisPlan) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        plan.port_file.write_text(str(other.getsockname()[1]))
        server = RedisServer(plan)
        server.start()
        assert server.port != other.getsockname()[1]
        assert server.answers()
        server.kill()
