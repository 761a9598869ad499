"""Who must agree: a pure function of a policy version and a document's facts (books.md 49). No query runs here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

Rule = Literal["any", "all", "number"]
RULES: Final[dict[str, str]] = {"any": "Any one", "all": "Each of them", "number": "A number of them"}
# What a decision stands for when the answer came after the day it was due: the whole level.
ESCALATED: Final = "*"


@dataclass(frozen=True)
class Level:
    """One step: `approvers` are written `role:finance` or `person:<id>`.

    any = one of them; all = one person for each role, and each named person; number = so many different people.
    A level with `from_minor` is left out below that amount (book currency).
    """

    rule: Rule
    approvers: tuple[str, ...]
    needed: int = 1
    from_minor: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the level as it is stored."""
        return {"rule": self.rule, "approvers": list(self.approvers), "needed": self.needed,
                "from_minor": self.from_minor}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a policy looks at. The amount counts without its sign: a credit of 5,000 asks for what 5,000 asks for."""

    kind: str
    book_minor: int
    party_id: UUID | None = None
    category: str = ""


@dataclass(frozen=True)
class Terms:
    """What one version of a policy says. Empty collections stand for all."""

    kind: str
    levels: tuple[Level, ...]
    min_minor: int = 0
    max_minor: int | None = None
    party_ids: tuple[UUID, ...] = ()
    categories: tuple[str, ...] = ()
    answer_days: int = 3
    escalates_to: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody who may decide: `names` are the approvers that he answers for by himself."""

    id: UUID
    role: str

    @property
    def names(self) -> frozenset[str]:
        """How policies may name him."""
        return frozenset({f"person:{self.id}", f"role:{self.role}"})


def levels_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    """Return stored levels."""
    return tuple(
        Level(each["rule"], tuple(each["approvers"]), each["needed"], each["from_minor"]) for each in stored
    )


def applies(terms: Terms, facts: Facts) -> bool:
    """Say whether a policy version speaks about a document with these facts."""
    amount = abs(facts.book_minor)
    return (
        terms.kind == facts.kind
        and terms.min_minor <= amount
        and (terms.max_minor is None or amount <= terms.max_minor)
        and (not terms.party_ids or facts.party_id in terms.party_ids)
        and (not terms.categories or facts.category in terms.categories)
    )


def levels_of(terms: Terms, facts: Facts) -> tuple[Level, ...]:
    """Return the levels that a document with these facts must pass, in order; none = no approval is asked for."""
    if not applies(terms, facts):
        return ()
    return tuple(level for level in terms.levels if abs(facts.book_minor) >= level.from_minor)


def is_met(level: Level, approvals: Collection[Collection[str]]) -> bool:
    """Say whether approvals, each given as what it stands for, are enough for a level."""
    if level.rule == "all":
        answered = {name for approval in approvals for name in approval}
        return ESCALATED in answered or set(level.approvers) <= answered
    return len(approvals) >= level.needed


def answers_for(level: Level, person: Person) -> tuple[str, ...]:
    """Return the approvers of a level that a person is."""
    return tuple(name for name in level.approvers if name in person.names)


def is_possible(level: Level, people: Collection[Person]) -> bool:
    """Say whether these people can together pass a level."""
    able = [names for person in people if (names := answers_for(level, person))]
    if level.rule == "all":
        return set(level.approvers) <= {name for names in able for name in names}
    return len(able) >= level.needed
