"""Writes of policies, delegations and limits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from apps.approvals.locks import lock_policy
from apps.approvals.models import Delegation, PersonLimit, Policy, PolicyVersion
from apps.approvals.people import find_people, ids_in
from apps.approvals.rules import RULES, Level, Terms
from apps.approvals.subjects import KINDS, label_of
from apps.core.db import write
from apps.core.errors import DomainError, Forbidden, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.tenancy.permissions import ROLES

MAX_LEVELS = 9
MAX_APPROVERS = 50


class NameTaken(DomainError):
    """Two policies of a tenant never share a name."""

    code = "policy_name_taken"
    cure = "Choose another name."


def create_policy(
    *, name: str, terms: Terms, actor: Actor, now: datetime, position: int = 1, is_active: bool = True
) -> Policy:
    """Create a policy with its first version. Raises InputError, NameTaken."""
    _check_terms(terms)
    policy = Policy(
        name=clean_text(name, field="name", limit=120), subject_kind=terms.kind, position=_check_position(position),
        is_active=is_active, created_at=now,
    )  # fmt: skip
    with write():
        Policy.objects.bulk_create([policy], ignore_conflicts=True)
        if not Policy.objects.filter(id=policy.id).exists():
            raise _taken(policy.name)
        _write_version(policy, terms, actor, now)
    return policy


def change_policy(
    *,
    policy_id: UUID,
    terms: Terms,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    position: int | None = None,
    is_active: bool | None = None,
    version: int | None = None,
) -> Policy:
    """Make a new version of a policy; requests in flight keep theirs (books.md 9, 49).

    Raises NotFound, StaleVersion, InputError, NameTaken.
    """
    _check_terms(terms)
    with write():
        policy = lock_policy(policy_id)
        if version is not None and version != policy.version:
            raise StaleVersion("Somebody changed this policy after you opened it.")
        policy.name = policy.name if name is None else clean_text(name, field="name", limit=120)
        if Policy.objects.filter(name=policy.name).exclude(id=policy.id).exists():
            raise _taken(policy.name)
        policy.subject_kind = terms.kind
        policy.position = policy.position if position is None else _check_position(position)
        policy.is_active = policy.is_active if is_active is None else is_active
        policy.version += 1
        policy.save(update_fields=["name", "subject_kind", "position", "is_active", "version"])
        _write_version(policy, terms, actor, now)
    return policy


def create_delegation(
    *,
    holder_id: UUID,
    delegate_id: UUID,
    starts_on: date,
    ends_on: date,
    actor: Actor,
    now: datetime,
    subject_kind: str = "",
    reason: str = "",
    is_manager: bool = False,
) -> Delegation:
    """Let somebody decide for somebody else between two days, both included.

    One delegates one's own right; with `is_manager` also another's. Raises Forbidden, InputError.
    """
    if holder_id != actor.id and not is_manager:
        raise Forbidden("You can only delegate what waits for you.", cure="Ask who manages the policies.")
    if holder_id == delegate_id:
        raise InputError("Name somebody else.", code="same_person", field="delegate")
    if set(find_people({holder_id, delegate_id})) != {holder_id, delegate_id}:
        raise InputError("Both must be members.", code="unknown_person", field="delegate")
    if not 2000 <= starts_on.year <= 2100 or not starts_on <= ends_on <= date(2100, 12, 31):
        raise InputError("The last day lies before the first.", code="days_out_of_order", field="ends_on")
    with write():
        return Delegation.objects.create(
            holder_id=holder_id, delegate_id=delegate_id, subject_kind=_check_kind(subject_kind, required=False),
            starts_on=starts_on, ends_on=ends_on, created_by=actor.id, created_at=now,
            reason=clean_text(reason, field="reason", limit=500, required=False),
        )  # fmt: skip


def revoke_delegation(
    *, delegation_id: UUID, actor: Actor, now: datetime, is_manager: bool = False
) -> Delegation:
    """End a delegation at once. Revoking twice changes nothing. Raises NotFound, Forbidden."""
    with write():
        delegation = Delegation.objects.select_for_update().filter(id=delegation_id).first()
        if delegation is None:
            raise NotFound("There is no such delegation.")
        if delegation.holder_id != actor.id and not is_manager:
            raise Forbidden("Only who delegated, or who manages the policies, ends this.")
        if delegation.revoked_at is None:
            delegation.revoked_at = now
            delegation.save(update_fields=["revoked_at"])
    return delegation


def set_limit(
    *,
    person_id: UUID,
    limit_minor: int | None,
    actor: Actor,
    now: datetime,
    subject_kind: str = "",
) -> PersonLimit | None:
    """Set the most that a person may approve, in the book currency; None takes the limit away.

    Nobody sets a limit of his own. Raises Forbidden, InputError.
    """
    kind = _check_kind(subject_kind, required=False)
    if person_id == actor.id:
        raise Forbidden("Nobody sets a limit of his own.", cure="Ask another admin.")
    if not find_people({person_id}):
        raise InputError("There is no such member.", code="unknown_person", field="person")
    if limit_minor is not None and not 0 <= limit_minor < 2**63:
        raise InputError("The limit lies out of range.", code="out_of_range", field="limit")
    with write():
        if limit_minor is None:
            PersonLimit.objects.filter(person_id=person_id, subject_kind=kind).delete()
            return None
        fresh = PersonLimit(person_id=person_id, subject_kind=kind, limit_minor=limit_minor, changed_at=now)
        PersonLimit.objects.bulk_create([fresh], ignore_conflicts=True)
        limit = PersonLimit.objects.select_for_update().get(person_id=person_id, subject_kind=kind)
        if limit.id != fresh.id:
            limit.limit_minor, limit.changed_at, limit.version = limit_minor, now, limit.version + 1
            limit.save(update_fields=["limit_minor", "changed_at", "version"])
    return limit


def _write_version(policy: Policy, terms: Terms, actor: Actor, now: datetime) -> None:
    PolicyVersion(
        policy=policy, number=policy.version, name=policy.name, subject_kind=terms.kind, min_minor=terms.min_minor,
        max_minor=terms.max_minor, party_ids=list(terms.party_ids), categories=list(terms.categories),
        levels=[level.as_json() for level in terms.levels], answer_days=terms.answer_days,
        escalates_to=terms.escalates_to, created_by=actor.id, created_at=now,
    ).save(force_insert=True)  # fmt: skip


def _check_terms(terms: Terms) -> None:
    _check_kind(terms.kind, required=True)
    if not 0 <= terms.min_minor < 2**63 or (
        terms.max_minor is not None and terms.max_minor < terms.min_minor
    ):
        raise InputError("The amounts are not in order.", code="amounts_out_of_order", field="max_amount")
    if not 1 <= terms.answer_days <= 365:
        raise InputError("Between 1 and 365 days.", code="out_of_range", field="answer_days")
    if not 1 <= len(terms.levels) <= MAX_LEVELS:
        raise InputError(f"A policy has 1 to {MAX_LEVELS} levels.", code="no_levels", field="levels")
    if terms.levels[0].from_minor > terms.min_minor:
        raise InputError(
            "The first level holds from the policy's own amount on.", code="first_level", field="levels"
        )
    for number, level in enumerate(terms.levels, start=1):
        _check_level(number, level)
    _check_approvers([name for level in terms.levels for name in level.approvers])
    if terms.escalates_to:
        _check_approvers([terms.escalates_to])


def _check_level(number: int, level: Level) -> None:
    place = f"Level {number}"
    if level.rule not in RULES:
        raise InputError(f"{place}: unknown rule.", code="unknown_rule", field="levels")
    if not level.approvers or len(set(level.approvers)) != len(level.approvers):
        raise InputError(f"{place}: name each approver once.", code="no_approvers", field="levels")
    if len(level.approvers) > MAX_APPROVERS or level.from_minor < 0:
        raise InputError(
            f"{place}: too many approvers, or a negative amount.", code="out_of_range", field="levels"
        )
    if level.needed < 1 or (level.rule == "any" and level.needed != 1):
        raise InputError(f"{place}: at least one person must agree.", code="out_of_range", field="levels")
    people_only = all(name.startswith("person:") for name in level.approvers)
    if level.rule == "number" and people_only and level.needed > len(level.approvers):
        raise InputError(f"{place}: more are needed than are named.", code="out_of_range", field="levels")


def _check_approvers(names: Sequence[str]) -> None:
    try:
        people = ids_in(names)
    except ValueError:
        raise InputError("This names nobody.", code="unknown_person", field="levels") from None
    roles = {name.removeprefix("role:") for name in names if not name.startswith("person:")}
    if roles - set(ROLES):
        raise InputError(
            f"There is no role “{min(roles - set(ROLES))}”.", code="unknown_role", field="levels"
        )
    if people - set(find_people(people)):
        raise InputError("A named person is no member.", code="unknown_person", field="levels")


def _check_kind(kind: str, *, required: bool) -> str:
    if kind not in KINDS and (required or kind):
        known = ", ".join(label_of(each).lower() for each in KINDS)
        raise InputError("This kind is unknown.", code="unknown_kind", field="kind", cure=f"Known: {known}.")
    return kind


def _check_position(position: int) -> int:
    if not 1 <= position <= 9999:
        raise InputError("Between 1 and 9999.", code="out_of_range", field="position")
    return position


def _taken(name: str) -> NameTaken:
    return NameTaken(f"A policy with the name “{name}” exists.", field="name")
