"""Reminders go out once per level, in order, and never for what is paid, disputed or stopped (books.md 48)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections

from apps.core import clock
from apps.core.errors import InputError, NotFound
from apps.core.scope import current_scope, open_scope
from apps.ledger.models import Entry
from apps.settlement.dunning import (
    AlreadyStopped,
    LevelInput,
    change_levels,
    lift_stop,
    list_due_reminders,
    list_levels,
    mark_letter_sent,
    run_dunning,
    stop_dunning,
)
from apps.settlement.models import DunningLetter, DunningLine, DunningRun, OpenItem
from apps.settlement.operations import hold_item
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, link, open_these
from tests.factories.pages import state_of
from tests.factories.tenants import Company


def on(days: int) -> date:
    return DAY + timedelta(days)


def run(day: date) -> DunningRun | None:
    return run_dunning(run_date=day, actor=current_scope().actor, now=clock.now())


def levels_of(item: OpenItem) -> list[int]:
    return list(DunningLine.objects.filter(item=item).order_by("level").values_list("level", flat=True))


def test_levels_follow_each_other_at_their_distance_and_each_comes_once(in_company: Company) -> None:
    (item,) = open_these(item_input(party_id=make_customer().id))
    made = {days: bool(run(on(days))) for days in (6, 7, 8, 20, 21, 34, 35, 36, 200)}
    assert [days for days, is_made in made.items() if is_made] == [7, 21, 35]
    assert levels_of(item) == [1, 2, 3]
    assert not Entry.objects.exists()


def test_what_is_long_overdue_begins_with_the_first_level(in_company: Company) -> None:
    (item,) = open_these(item_input(party_id=make_customer().id))
    assert run(on(90)) is not None
    before = state_of(in_company)
    assert run(on(90)) is None
    assert state_of(in_company) == before
    assert run(on(103)) is None
    assert run(on(104)) is not None
    assert levels_of(item) == [1, 2]


def test_paid_disputed_stopped_and_credits_get_none(in_company: Company) -> None:
    party, calm = make_customer().id, make_customer().id
    paid, disputed, part, credit, stopped = open_these(
        item_input(party_id=party), item_input(party_id=party), item_input(party_id=party),
        item_input(party_id=party, amount_minor=14_000, direction="credit"), item_input(party_id=calm),
    )  # fmt: skip
    link(paid, credit, 10_000)
    link(part, credit, 3_000)
    actor, now = in_company.actor(), clock.now()
    hold_item(item_id=disputed.id, hold="disputed", reason="Damaged", actor=actor, now=now)
    stop_dunning(customer_id=calm, until=on(20), reason="Pays by the 20th", actor=actor, now=now)
    with pytest.raises(AlreadyStopped):
        stop_dunning(customer_id=calm, until=None, reason="Again", actor=actor, now=now)
    assert [each.item.id for each in list_due_reminders(on(10))] == [part.id]
    assert run(on(10)) is not None
    line = DunningLine.objects.get()
    assert (line.item_id, line.amount_minor, line.days_overdue) == (part.id, 7_000, 10)
    assert [each.item.id for each in list_due_reminders(on(21))] == [stopped.id]
    lift_stop(customer_id=calm, actor=actor, now=now)
    assert [each.item.id for each in list_due_reminders(on(10))] == [stopped.id]


def test_one_letter_for_each_customer_at_the_highest_level(in_company: Company) -> None:
    one, two = make_customer().id, make_customer().id
    open_these(item_input(party_id=one))
    run(on(7))
    open_these(item_input(party_id=one, issue_date=on(10)), item_input(party_id=two, issue_date=on(10)))
    made = run(on(21))
    assert made is not None
    assert made.letters == 2
    letters = {letter.customer_id: letter for letter in DunningLetter.objects.filter(run=made)}
    assert (letters[one].level, letters[one].title, letters[two].level) == (2, "Second reminder", 1)
    assert DunningLine.objects.filter(letter=letters[one]).count() == 2


def test_runs_at_the_same_moment_make_each_letter_once(company: Company) -> None:
    """books.md 48 under concurrency."""
    with open_scope(company.scope()):
        open_these(*(item_input(party_id=make_customer().id) for _ in range(6)))

    def go(_: int) -> int:
        with open_scope(company.scope()):
            try:
                made = run(on(9))
                return made.letters if made else 0
            finally:
                connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(go, range(6))) == [0, 0, 0, 0, 0, 6]
    with open_scope(company.scope()):
        assert DunningLetter.objects.count() == DunningLine.objects.count() == 6


def test_the_database_refuses_a_level_twice(in_company: Company) -> None:
    open_these(item_input(party_id=make_customer().id))
    run(on(9))
    line = DunningLine.objects.get()
    line.id = DunningLine().id
    with pytest.raises(IntegrityError):
        line.save(force_insert=True)


def test_marking_sent_is_an_act_and_a_stranger_cannot(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        open_these(item_input(party_id=make_customer().id))
        run(on(9))
        letter = DunningLetter.objects.get()
        assert letter.state == "prepared"
    with open_scope(stranger.scope()):
        assert run(on(9)) is None
        with pytest.raises(NotFound):
            mark_letter_sent(letter_id=letter.id, actor=stranger.actor(), now=clock.now())
    with open_scope(company.scope()):
        first = mark_letter_sent(letter_id=letter.id, actor=company.actor(), now=clock.now())
        again = mark_letter_sent(letter_id=letter.id, actor=company.actor(), now=clock.now())
        assert (first.state, again.version) == ("sent", 2)


def test_levels_are_the_tenants_and_come_in_order(in_company: Company) -> None:
    actor, now = in_company.actor(), clock.now()
    for days in ((), (5, 5), (9, 3), (0,)):
        with pytest.raises(InputError):
            change_levels(levels=[LevelInput(d, "T", "X") for d in days], actor=actor, now=now)
    change_levels(levels=[LevelInput(3, "Soon", "Pay.")], actor=actor, now=now)
    assert [(level.level, level.days, level.title) for level in list_levels()] == [(1, 3, "Soon")]
    open_these(item_input(party_id=make_customer().id))
    assert run(on(2)) is None
    assert run(on(3)) is not None
