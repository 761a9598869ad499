"""kill -9 of the relay at any point loses nothing and doubles nothing."""

import random
import time

from apps.changes.projections import get_projection
from apps.changes.verify import verify
from tests.changes.nursery import Nursery
from tests.changes.streams import running_relay, wait_for_copy
from tests.changes.writers import busy_writers
from tests.factories.tenants import make_company

KILLS = 25
SAO = "sao"


def test_kills_at_random_points_lose_and_double_nothing() -> None:
    chance = random.Random(4)
    companies = [make_company(database=SAO, roles=()) for _ in range(2)]
    with running_relay(SAO):
        start = wait_for_copy(alias=SAO)
    with busy_writers(*companies) as acts, Nursery.of(SAO) as nursery:
        for _ in range(KILLS):
            pid = nursery.start()
            time.sleep(chance.uniform(0.02, 0.5))
            nursery.kill(pid)
    with running_relay(SAO):
        end = wait_for_copy(alias=SAO)
        found = verify(get_projection("revenue"), SAO)
    assert found.differences == []
    assert found.tenants >= 2
    assert min(acts) > 50
    assert (end.epoch, end.state) == (start.epoch, "running")


def test_two_relays_that_are_killed_in_turn_hand_over() -> None:
    company = make_company(database=SAO, roles=())
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    with busy_writers(company), Nursery.of(SAO) as nursery:
        active = nursery.start()
        for _ in range(3):
            standby = nursery.start()
            time.sleep(1.2)
            nursery.kill(active)
            wait_for_copy(alias=SAO)
            active = standby
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        assert verify(get_projection("revenue"), SAO).differences == []
