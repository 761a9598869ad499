"""What one person may decide, by his own right or by delegation. Loaded once, then asked about many requests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet

from apps.approvals.errors import NotYours, OverLimit, RequestEnded, SelfApproval
from apps.approvals.models import Decision, Delegation, PersonLimit, PolicyVersion, Request
from apps.approvals.people import find_people, today_at
from apps.approvals.rules import ESCALATED, Level, Person, answers_for, levels_from_json
from apps.core.errors import DomainError


@dataclass(frozen=True)
class Right:
    """By whose right a decision is made, and which approvers of the level it answers for."""

    holder_id: UUID
    stands_for: tuple[str, ...]


@dataclass(frozen=True)
class Deputy:
    """A delegation to the person at the desk; an empty kind stands for all kinds."""

    holder: Person
    kind: str


@dataclass(frozen=True)
class Desk:
    """A person with the limits and delegations that hold today.

    `limits` are by (person, kind); `ceilings` are what policies let the person approve at most by kind, where no
    limit is written down: None = without end. They bound what he decides for others (books.md 50).
    """

    person: Person
    deputies: tuple[Deputy, ...]
    limits: dict[tuple[UUID, str], int]
    ceilings: dict[str, int | None]

    def names(self) -> set[str]:
        """Return every approver that the person may stand for."""
        return {name for who in (self.person, *(each.holder for each in self.deputies)) for name in who.names}

    def right_for(self, request: Request, decisions: Collection[Decision], now: datetime) -> Right:
        """Return the right by which the person may decide on a request now.

        Raises RequestEnded, SelfApproval, OverLimit, NotYours.
        """
        if request.state != "pending":
            raise RequestEnded(f"This request is {request.get_state_display().lower()}.")
        makers = {request.created_by, request.changed_by}
        if self.person.id in makers:
            raise SelfApproval("You created or last changed this document.")
        used = {each for decision in decisions for each in (decision.decided_by, decision.holder_id)}
        if self.person.id in used:
            raise NotYours(
                "You have decided on this request, or somebody did for you.", cure="Others decide now."
            )
        level = levels_from_json(request.levels)[request.level - 1]
        own = answers_for(level, self.person) or self._escalated(request, now)
        if own:
            self._check_limit(self.person.id, request)
            return Right(self.person.id, own)
        return self._delegated(request, level, makers | used)

    def _escalated(self, request: Request, now: datetime) -> tuple[str, ...]:
        is_late = now > request.due_at and request.escalates_to in self.person.names
        return (ESCALATED,) if is_late else ()

    def _delegated(self, request: Request, level: Level, excluded: set[UUID]) -> Right:
        refusal: DomainError = NotYours("This does not wait for you.")
        for deputy in self.deputies:
            names = answers_for(level, deputy.holder)
            if not names or deputy.kind not in ("", request.subject_kind):
                continue
            if deputy.holder.id in excluded:
                refusal = SelfApproval(
                    "You may not decide for somebody who made this document or decided on it."
                )
                continue
            try:
                self._check_limit(deputy.holder.id, request)
                self._check_ceiling(request)
            except OverLimit as error:
                refusal = error
                continue
            return Right(deputy.holder.id, names)
        raise refusal

    def _check_limit(self, person_id: UUID, request: Request) -> None:
        limit = self.limit_of(person_id, request.subject_kind)
        if limit is not None and abs(request.book_minor) > limit:
            raise OverLimit("The amount lies above the limit of who would decide.", detail={"limit": limit})

    def _check_ceiling(self, request: Request) -> None:
        """Raise OverLimit where a delegate's own rule would not let him approve so much."""
        kind = request.subject_kind
        limit = self.limit_of(self.person.id, kind)
        if limit is None and kind not in self.ceilings:
            raise OverLimit("You have no limit of your own, so you cannot decide for somebody else.")
        ceiling = self.ceilings[kind] if limit is None else limit
        if ceiling is not None and abs(request.book_minor) > ceiling:
            raise OverLimit("The amount lies above your own limit.", detail={"limit": ceiling})

    def limit_of(self, person_id: UUID, kind: str) -> int | None:
        """Return a person's limit for a kind; the one for this kind comes before the one for all."""
        return self.limits.get((person_id, kind), self.limits.get((person_id, "")))


def open_desk(person: Person, now: datetime) -> Desk:
    """Load what a person may decide today."""
    delegations = active_delegations(today_at(now)).filter(delegate_id=person.id).order_by("created_at", "id")
    rows = list(delegations.values_list("holder_id", "subject_kind"))
    holders = find_people({holder for holder, _ in rows})
    deputies = tuple(Deputy(holders[holder], kind) for holder, kind in rows if holder in holders)
    return Desk(
        person, deputies, load_limits({person.id, *holders}), _ceilings_of(person) if deputies else {}
    )


def active_delegations(today: date) -> QuerySet[Delegation]:
    """Return the delegations that hold on a day."""
    return Delegation.objects.filter(revoked_at=None, starts_on__lte=today, ends_on__gte=today)


def load_limits(ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return the limits of some people by (person, kind)."""
    rows = PersonLimit.objects.filter(person_id__in=ids).values_list(
        "person_id", "subject_kind", "limit_minor"
    )
    return {(person, kind): limit for person, kind, limit in rows}


def current_versions() -> QuerySet[PolicyVersion]:
    """Return what each active policy says now, in the order in which policies are asked."""
    found = PolicyVersion.objects.filter(policy__is_active=True, number=F("policy__version"))
    found = found.select_related("policy")
    return found.order_by("policy__position", "policy_id")


def _ceilings_of(person: Person) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for version in current_versions():
        levels = levels_from_json(version.levels)
        if not any(answers_for(level, person) for level in levels):
            continue
        before = found.get(version.subject_kind, 0)
        top = version.max_minor
        found[version.subject_kind] = None if before is None or top is None else max(before, top)
    return found
