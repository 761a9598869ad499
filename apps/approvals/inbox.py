"""What waits for one person, and how the requests of the tenant look to those who may read them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.approvals.desk import Right, open_desk
from apps.approvals.models import Decision, Request
from apps.approvals.people import find_people, ids_in, names_of_people, say_approver
from apps.approvals.rules import levels_from_json
from apps.approvals.subjects import address_of, label_of
from apps.core.errors import DomainError
from apps.core.scope import Actor

AT_ONCE = 200


@dataclass(frozen=True)
class Waiting:
    """A request that the person may decide on now, and by whose right."""

    request: Request
    kind: str
    right: Right
    on_behalf_of: str
    is_late: bool
    made_by: str


def list_waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """Return what waits for a person's decision, what is due first, at most 200. Five queries, however many rows."""
    person = find_people({actor.id}).get(actor.id) if actor.kind == "person" else None
    if person is None:
        return []
    desk = open_desk(person, now)
    late = Q(escalates_to__in=list(person.names), due_at__lt=now)
    found = Request.objects.filter(Q(waiting_for__overlap=sorted(desk.names())) | late, state="pending")
    rows = list(found.order_by("due_at", "id")[:AT_ONCE])
    decisions = decisions_of(rows)
    rights: dict[UUID, Right] = {}
    for row in rows:
        try:
            rights[row.id] = desk.right_for(row, decisions[row.id], now)
        except DomainError:
            continue
    names = names_of_people({each for row in rows for each in (row.changed_by, row.requested_by)}
                            | {right.holder_id for right in rights.values()})  # fmt: skip
    return [
        Waiting(
            row, label_of(row.subject_kind), right,
            names.get(right.holder_id, "") if right.holder_id != actor.id else "",
            row.due_at < now, names.get(row.changed_by, "Bulkhead"),
        )
        for row in rows
        if (right := rights.get(row.id))
    ]  # fmt: skip


def decisions_of(requests: Collection[Request]) -> dict[UUID, list[Decision]]:
    """Return the decisions of some requests, oldest first."""
    found: dict[UUID, list[Decision]] = defaultdict(list)
    for each in Decision.objects.filter(request__in=[row.id for row in requests]).order_by(
        "decided_at", "id"
    ):
        found[each.request_id].append(each)
    return found


@dataclass(frozen=True)
class RequestFilter:
    """What a list of requests shows; empty fields do not narrow."""

    text: str = ""
    state: str = ""
    kind: str = ""
    requested_by: UUID | None = None


def list_requests(wanted: RequestFilter) -> QuerySet[Request]:
    """Return the requests a filter describes; the caller orders and pages."""
    found = Request.objects.all()
    if wanted.text:
        found = found.filter(label__icontains=wanted.text)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.kind:
        found = found.filter(subject_kind=wanted.kind)
    if wanted.requested_by:
        found = found.filter(requested_by=wanted.requested_by)
    return found


@dataclass(frozen=True)
class DecisionInfo:
    """A decision as the trail shows it."""

    who: str
    on_behalf_of: str
    verdict: str
    words: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class LevelInfo:
    """One level of a request: its rule and approvers in words, what was decided, and how it stands."""

    number: int
    rule: str
    approvers: tuple[str, ...]
    decisions: tuple[DecisionInfo, ...]
    state: str


@dataclass(frozen=True)
class RequestInfo:
    """A request with its levels and people in words."""

    request: Request
    kind: str
    page: str
    created_by: str
    changed_by: str
    requested_by: str
    policy: str
    policy_number: int
    levels: tuple[LevelInfo, ...]


def describe(request: Request) -> RequestInfo:
    """Return a request as its page shows it, in three queries."""
    decisions = decisions_of([request])[request.id]
    levels = levels_from_json(request.levels)
    people = {request.created_by, request.changed_by, request.requested_by}
    people |= {each for made in decisions for each in (made.decided_by, made.holder_id)}
    people |= ids_in([name for level in levels for name in level.approvers])
    names = names_of_people(people)
    shown = []
    for number, level in enumerate(levels, start=1):
        made = [_decision(each, names) for each in decisions if each.level == number]
        approvers = tuple(say_approver(name, names) for name in level.approvers)
        shown.append(
            LevelInfo(
                number, say_rule(level.rule, level.needed), approvers, tuple(made), _state(request, number)
            )
        )
    version = request.policy_version
    return RequestInfo(
        request, label_of(request.subject_kind), address_of(request.subject_kind, request.subject_id),
        names.get(request.created_by, "Bulkhead"), names.get(request.changed_by, "Bulkhead"),
        names.get(request.requested_by, "Bulkhead"), version.name, version.number, tuple(shown),
    )  # fmt: skip


def say_rule(rule: str, needed: int) -> str:
    """Return a rule in words."""
    return {"any": "any one of", "all": "each of"}.get(rule, f"any {needed} of")


def say_approvers(names: Iterable[str], people: dict[UUID, str]) -> str:
    """Return approvers as a list in words."""
    return ", ".join(say_approver(name, people) for name in names)


def _decision(made: Decision, names: dict[UUID, str]) -> DecisionInfo:
    behalf = names.get(made.holder_id, "Somebody") if made.holder_id != made.decided_by else ""
    who = names.get(made.decided_by, "Somebody who has left")
    return DecisionInfo(who, behalf, made.verdict, made.get_verdict_display(), made.reason, made.decided_at)


def _state(request: Request, number: int) -> str:
    if number < request.level or request.state == "approved":
        return "passed"
    if number > request.level:
        return "later"
    return {"pending": "waiting", "rejected": "rejected"}.get(request.state, "ended")
