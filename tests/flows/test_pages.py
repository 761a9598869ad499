"""Every staff page: who may open it, what a stranger sees, and that a refusal changes nothing."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import path

from apps.tenancy.models import User
from apps.tenancy.permissions import ROLES
from tests.factories.pages import SignIn, count_queries, settle, state_of
from tests.factories.tenants import make_company
from tests.flows.calls import Call, World, page_routes
from tests.flows.page_routes import ALL_CALLS, MAKERS, OPEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Worlds = Callable[..., World]
by_name = pytest.mark.parametrize("call", ALL_CALLS, ids=[call.name for call in ALL_CALLS])
by_room = pytest.mark.parametrize("room", MAKERS)


@pytest.fixture(scope="module")
def worlds(_database_is_open: None) -> Worlds:
    """Return a world by its database, made at the first call; tests that change it make their own."""
    made: dict[tuple[str, str], World] = {}

    def world_in(database: str, room: str = "") -> World:
        if (database, room) not in made:
            made[database, room] = MAKERS[room](make_company(database=database))
            settle(made[database, room].company)
        return made[database, room]

    return world_in


def calls_of(room: str) -> list[Call]:
    return [call for call in ALL_CALLS if call.room == room]


def allowed(call: Call) -> list[str]:
    return [role for role in ROLES if set(call.needs) <= ROLES[role]]


def test_every_page_is_in_the_catalog() -> None:
    known = {call.route for call in ALL_CALLS} | set(OPEN)
    assert page_routes() - known == set()
    assert known - page_routes() == set()


def test_a_page_that_nobody_listed_would_be_found() -> None:
    known = {call.route for call in ALL_CALLS} | set(OPEN)
    assert page_routes(path("x", lambda _: None, name="new_page")) - known == {"new_page"}


@by_name
def test_a_page_opens_for_exactly_the_roles_of_the_matrix(
    call: Call, worlds: Worlds, sign_in: SignIn
) -> None:
    world = worlds("default", call.room)
    found = {}
    for role in allowed(call):
        if call.method == "POST":
            world = MAKERS[call.room](world.company)
            settle(world.company)
        found[role] = call.made_by(sign_in(world.company, role), world).status_code
    assert {role: status for role, status in found.items() if status not in call.ok} == {}
    assert found


@by_name
def test_a_page_stays_closed_to_every_other_role(call: Call, worlds: Worlds, sign_in: SignIn) -> None:
    world, sender = worlds("default", call.room), worlds("sao", call.room)
    before = state_of(world.company)
    others = [role for role in ROLES if role not in allowed(call)]
    found = {
        role: call.made_by(sign_in(world.company, role), world, sender=sender).status_code for role in others
    }
    assert found == dict.fromkeys(others, 403)
    assert state_of(world.company) == before


@by_name
@pytest.mark.parametrize("database", ["default", "sao"])
def test_a_stranger_finds_nothing_and_changes_nothing(
    call: Call, database: str, worlds: Worlds, sign_in: SignIn
) -> None:
    world, own = worlds(database, call.room), worlds("sao" if database == "default" else "default", call.room)
    before = state_of(world.company)
    answer = call.made_by(sign_in(own.company), world, sender=own)
    assert state_of(world.company) == before
    # The log numbers its entries by database: the same number may be another entry of one's own.
    if call.record and call.record != "entry":
        assert answer.status_code == 404
    else:
        assert answer.status_code in call.ok
        assert [name for name in world.secrets if name.encode() in answer.body] == []


@by_room
def test_what_a_page_sends_may_not_name_another_companys_records(
    room: str, worlds: Worlds, sign_in: SignIn
) -> None:
    world, own = worlds("default", room), MAKERS[room](make_company())
    before = state_of(world.company)
    for call in calls_of(room):
        if call.method == "POST" and not call.record:
            answer = call.made_by(sign_in(own.company), own, sender=world)
            sent = str(call.send(world))
            told = [name for name in world.secrets if name.encode() in answer.body and name not in sent]
            assert told == [], call.name
    assert state_of(world.company) == before


@by_room
def test_nobody_is_led_to_the_sign_in(room: str, worlds: Worlds) -> None:
    world, sender = worlds("default", room), worlds("sao", room)
    before = state_of(world.company)
    for call in calls_of(room):
        answer = call.made_by(Client(), world, sender=sender)
        place = answer["Location"].partition("?")[0]
        assert (answer.status_code, place) == (302, "/accounts/login/"), call.name
    assert state_of(world.company) == before


@by_room
def test_somebody_without_a_company_opens_nothing(room: str, worlds: Worlds) -> None:
    world, sender = worlds("default", room), worlds("sao", room)
    user = User(email=f"{uuid4().hex}@example.com", password="!")
    user.save(force_insert=True)
    client = Client()
    client.force_login(user, backend=BACKEND)
    before = state_of(world.company)
    found = {call.name: call.made_by(client, world, sender=sender).status_code for call in calls_of(room)}
    assert {name: status for name, status in found.items() if status != 403} == {}
    assert state_of(world.company) == before


@by_room
def test_an_id_that_never_was_is_not_found(room: str, worlds: Worlds, sign_in: SignIn) -> None:
    world = worlds("default", room)
    ids = {name: 10**15 if isinstance(each, int) else uuid4() for name, each in world.ids.items()}
    nowhere = World(world.company, ids, ())
    client = sign_in(world.company)
    found = {
        call.name: call.made_by(client, nowhere, sender=world).status_code
        for call in calls_of(room)
        if call.record
    }
    assert {name: status for name, status in found.items() if status != 404} == {}


@by_room
def test_a_form_from_another_site_is_refused(room: str, worlds: Worlds) -> None:
    world, sender = worlds("default", room), worlds("sao", room)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.company.people["admin"], backend=BACKEND)
    before = state_of(world.company)
    posts = [call for call in calls_of(room) if call.method == "POST"]
    found = {call.name: call.made_by(client, world, sender=sender).status_code for call in posts}
    assert {name: status for name, status in found.items() if status != 403} == {}
    assert state_of(world.company) == before


@by_room
def test_no_page_asks_more_questions_when_there_are_more_rows(room: str, sign_in: SignIn) -> None:
    world = MAKERS[room](make_company())
    settle(world.company)
    client = sign_in(world.company)
    pages = [call for call in calls_of(room) if call.method == "GET"]

    def counted() -> dict[str, int]:
        return {call.name: count_queries(partial(call.made_by, client, world)) for call in pages}

    counted()  # the first visit fills what is kept for long: content types and the like
    few = counted()
    for _ in range(6):
        MAKERS[room](world.company)
    settle(world.company)
    many = counted()
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
