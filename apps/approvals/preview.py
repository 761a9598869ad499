"""Who would approve: what a policy, saved or not, would ask for a document."""

from dataclasses import dataclass
from uuid import UUID

from apps.approvals.choosing import find_policy
from apps.approvals.desk import load_limits
from apps.approvals.inbox import say_rule
from apps.approvals.people import ids_in, list_people, names_of_people, say_approver
from apps.approvals.rules import Facts, Level, Person, Terms, answers_for, is_possible, levels_of


@dataclass(frozen=True)
class LevelPreview:
    """A level with the people who could decide on it today."""

    number: int
    rule: str
    approvers: tuple[str, ...]
    people: tuple[str, ...]
    is_possible: bool


@dataclass(frozen=True)
class Preview:
    """What a policy would ask for; `first` names the saved policy that speaks before it, if another does."""

    applies: bool
    levels: tuple[LevelPreview, ...]
    first: str = ""


def preview_terms(terms: Terms, facts: Facts, *, policy_id: UUID | None = None, position: int = 1) -> Preview:
    """Return what terms would ask for a document with these facts, with people by name."""
    people = list_people()
    limits = load_limits({person.id for person in people})
    levels = levels_of(terms, facts)
    named = {person.id for person in people} | ids_in([name for level in levels for name in level.approvers])
    names = names_of_people(named)
    able = [each for each in people if _is_allowed(each, facts, limits)]
    shown = tuple(_level(number, level, able, names) for number, level in enumerate(levels, start=1))
    chosen = find_policy(facts)
    is_before = (
        chosen is not None and chosen[0].policy_id != policy_id and chosen[0].policy.position < position
    )
    return Preview(bool(levels), shown, chosen[0].name if chosen and is_before else "")


def _is_allowed(person: Person, facts: Facts, limits: dict[tuple[UUID, str], int]) -> bool:
    limit = limits.get((person.id, facts.kind), limits.get((person.id, "")))
    return limit is None or abs(facts.book_minor) <= limit


def _level(number: int, level: Level, people: list[Person], names: dict[UUID, str]) -> LevelPreview:
    approvers = tuple(say_approver(name, names) for name in level.approvers)
    able = tuple(names.get(each.id, "") for each in people if answers_for(level, each))
    return LevelPreview(
        number, say_rule(level.rule, level.needed), approvers, able, is_possible(level, people)
    )
