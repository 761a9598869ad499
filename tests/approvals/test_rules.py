"""Who must agree is a pure function of the policy version and the document's facts (books.md 49)."""

from itertools import chain, combinations
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.approvals.rules import (
    ESCALATED,
    Facts,
    Level,
    Person,
    Terms,
    answers_for,
    is_met,
    is_possible,
    levels_from_json,
    levels_of,
)

PARTIES = tuple(UUID(int=number) for number in range(1, 4))
NAMES = ("role:finance", "role:approver", "role:admin", f"person:{UUID(int=9)}")
amounts = st.integers(-2_000_000, 2_000_000)
facts = st.builds(
    Facts, kind=st.sampled_from(["bill", "payment_run"]), book_minor=amounts,
    party_id=st.none() | st.sampled_from(PARTIES), category=st.sampled_from(["", "services", "goods"]),
)  # fmt: skip
levels = st.builds(
    Level, rule=st.sampled_from(["any", "all", "number"]),
    approvers=st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple),
    needed=st.just(1), from_minor=st.integers(0, 1_000_000),
)  # fmt: skip
terms = st.builds(
    Terms, kind=st.just("bill"), levels=st.lists(levels, min_size=1, max_size=4).map(tuple),
    min_minor=st.integers(0, 500_000), max_minor=st.none() | st.integers(500_000, 1_500_000),
    party_ids=st.lists(st.sampled_from(PARTIES), unique=True).map(tuple),
    categories=st.lists(st.sampled_from(["services", "goods"]), unique=True).map(tuple),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(terms, facts)
def test_levels_depend_on_version_and_facts_alone(policy: Terms, document: Facts) -> None:
    found = levels_of(policy, document)

    assert found == levels_of(policy, document)
    amount = abs(document.book_minor)
    speaks = (
        document.kind == "bill"
        and policy.min_minor <= amount
        and (policy.max_minor is None or amount <= policy.max_minor)
        and (not policy.party_ids or document.party_id in policy.party_ids)
        and (not policy.categories or document.category in policy.categories)
    )
    assert found == (tuple(x for x in policy.levels if x.from_minor <= amount) if speaks else ())


@settings(max_examples=50, deadline=None)
@given(terms, facts)
def test_a_credit_asks_for_what_the_charge_asked_for(policy: Terms, document: Facts) -> None:
    mirror = Facts(document.kind, -document.book_minor, document.party_id, document.category)
    assert levels_of(policy, mirror) == levels_of(policy, document)


@settings(max_examples=50, deadline=None)
@given(st.lists(levels, max_size=4))
def test_levels_are_stored_without_loss(many: list[Level]) -> None:
    assert levels_from_json([level.as_json() for level in many]) == tuple(many)


@settings(max_examples=100, deadline=None)
@given(levels, st.integers(1, 3))
def test_a_level_that_is_possible_is_met_by_some_of_its_people_and_never_by_others(
    level: Level, needed: int
) -> None:
    level = Level(level.rule, level.approvers, needed if level.rule == "number" else 1)
    people = [
        Person(UUID(int=9), "sales"),
        *(Person(uuid4(), role) for role in ("finance", "approver", "admin")),
    ]
    groups = chain.from_iterable(combinations(people, size) for size in range(len(people) + 1))
    named = [[names for each in group if (names := answers_for(level, each))] for group in groups]

    assert is_possible(level, people) == any(is_met(level, group) for group in named)
    assert not is_met(level, [])


def test_the_three_rules() -> None:
    both = ("role:finance", "role:approver")
    assert is_met(Level("any", both), [("role:finance",)])
    assert not is_met(Level("all", both), [("role:finance",)])
    assert is_met(Level("all", both), [("role:finance",), ("role:approver",)])
    assert is_met(Level("all", both), [(ESCALATED,)])
    assert not is_met(Level("number", ("role:approver",), 2), [("role:approver",)])
    assert is_met(Level("number", ("role:approver",), 2), [("role:approver",), ("role:approver",)])
