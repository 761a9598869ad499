"""Writes of requests and decisions. Policies, delegations and limits are written in `policy_operations.py`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from apps.approvals.choosing import facts_of, find_policy
from apps.approvals.desk import load_limits, open_desk
from apps.approvals.errors import NobodyCanApprove, NotYours, RequestEnded
from apps.approvals.locks import lock_open_request, lock_request
from apps.approvals.models import VERDICTS, Decision, PolicyVersion, Request
from apps.approvals.people import find_people, list_people, person_behind
from apps.approvals.rules import Level, is_met, is_possible, levels_from_json
from apps.approvals.subjects import KINDS, Subject, changed_facts, fingerprint_of, prints_of
from apps.core.db import note_reason, write
from apps.core.errors import Forbidden, InputError
from apps.core.scope import Actor
from apps.core.text import clean_text


def request_approval(*, subject: Subject, actor: Actor, now: datetime) -> Request | None:
    """Ask for the approval that the policies want for a document as it is; None where none wants any.

    The first policy in order that speaks about it decides; its version is kept with the request (books.md 49).
    Asking again for the same facts changes nothing; other facts void what was asked before (51). The caller holds
    the lock of the document's row. Raises NobodyCanApprove.
    """
    assert subject.kind in KINDS, subject.kind
    with write():
        present = lock_open_request(subject.kind, subject.id)
        if present is not None and present.fingerprint == fingerprint_of(subject):
            return present
        if present is not None:
            _void(present, _told(present, subject), now)
        chosen = find_policy(facts_of(subject))
        if chosen is None:
            return None
        request = _new_request(subject, *chosen, actor, now)
        _check_possible(request)
        request.save(force_insert=True)
    return request


def void_changed(*, subject: Subject, actor: Actor, now: datetime) -> bool:
    """Void what was asked or approved for a document whose facts are now others; say whether something was.

    A comment is no fact: it voids nothing (books.md 51). The caller holds the lock of the document's row.
    """
    with write():
        present = lock_open_request(subject.kind, subject.id)
        if present is None or present.fingerprint == fingerprint_of(subject):
            return False
        _void(present, _told(present, subject), now)
    return True


def void_request(*, kind: str, subject_id: UUID, reason: str, actor: Actor, now: datetime) -> bool:
    """Void the open request of a document that was deleted or voided; say whether there was one."""
    with write():
        present = lock_open_request(kind, subject_id)
        if present is None:
            return False
        _void(present, clean_text(reason, field="reason", limit=500), now)
    return True


def recall_request(*, request_id: UUID, actor: Actor, now: datetime) -> Request:
    """Take back a request of one's own that nobody ended yet. Recalling twice changes nothing.

    Raises NotFound, Forbidden, RequestEnded.
    """
    with write():
        request = lock_request(request_id)
        if request.requested_by != person_behind(actor.id):
            raise Forbidden("Only who asked takes a request back.", cure="Reject it, or ask who asked.")
        if request.state == "recalled":
            return request
        _check_pending(request)
        return _end(request, "recalled", "", now)


def decide_request(
    *, request_id: UUID, verdict: str, actor: Actor, now: datetime, reason: str = ""
) -> Request:
    """Approve or reject on the level that waits, by one's own right or a delegation.

    One person decides once on a request. Deciding the same again changes nothing. A rejection ends the request; an
    approval that is enough for its level opens the next one, and the last approves. Raises NotFound, RequestEnded,
    SelfApproval (books.md 50), OverLimit, NotYours, InputError.
    """
    if verdict not in VERDICTS:
        raise InputError("Say approve or reject.", code="unknown_verdict", field="verdict")
    reason = clean_text(reason, field="reason", limit=500, required=verdict == "reject")
    with write() as connection:
        request = lock_request(request_id)
        decisions = list(Decision.objects.filter(request=request))
        if any(each.decided_by == actor.id and each.verdict == verdict for each in decisions):
            return request
        _check_pending(request)
        person = find_people({actor.id}).get(actor.id) if actor.kind == "person" else None
        if person is None:
            raise NotYours("A decision is made by a person who is a member.")
        right = open_desk(person, now).right_for(request, decisions, now)
        if reason:
            note_reason(connection, reason)
        made = Decision(
            request=request, level=request.level, verdict=verdict, reason=reason, decided_by=actor.id,
            holder_id=right.holder_id, stands_for=list(right.stands_for), decided_at=now,
        )  # fmt: skip
        made.save(force_insert=True)
        return _follow(request, [*decisions, made], now)


def _new_request(
    subject: Subject, version: PolicyVersion, levels: tuple[Level, ...], actor: Actor, now: datetime
) -> Request:
    return Request(
        subject_kind=subject.kind, subject_id=subject.id, label=subject.label, amount_minor=subject.amount_minor,
        currency=subject.currency, book_minor=subject.book_minor, party_id=subject.party_id,
        category=subject.category, fingerprint=fingerprint_of(subject), fact_prints=prints_of(subject),
        created_by=person_behind(subject.created_by), changed_by=person_behind(subject.changed_by),
        requested_by=person_behind(actor.id), policy_version=version,
        levels=[level.as_json() for level in levels], escalates_to=version.escalates_to,
        waiting_for=list(levels[0].approvers), due_at=now + timedelta(days=version.answer_days), requested_at=now,
    )  # fmt: skip


def _check_possible(request: Request) -> None:
    """Raise NobodyCanApprove where the makers are the only ones whom a level names, or limits are too low."""
    makers = {request.created_by, request.changed_by}
    people = [person for person in list_people() if person.id not in makers]
    limits = load_limits({person.id for person in people})
    amount, kind = abs(request.book_minor), request.subject_kind
    able = [
        each for each in people if limits.get((each.id, kind), limits.get((each.id, ""), amount)) >= amount
    ]
    if request.escalates_to and any(request.escalates_to in each.names for each in able):
        return
    for number, level in enumerate(levels_from_json(request.levels), start=1):
        if not is_possible(level, able):
            raise NobodyCanApprove(
                f"Too few people may approve this at level {number}: who created or last changed it may not.",
                detail={"level": number},
            )


def _follow(request: Request, decisions: Collection[Decision], now: datetime) -> Request:
    """Write what a decision means for its request: ended, the next level, or still waiting."""
    here = [each for each in decisions if each.level == request.level]
    if any(each.verdict == "reject" for each in here):
        return _end(request, "rejected", here[-1].reason, now)
    levels = levels_from_json(request.levels)
    if not is_met(levels[request.level - 1], [each.stands_for for each in here]):
        return request
    if request.level == len(levels):
        return _end(request, "approved", "", now)
    request.level += 1
    request.waiting_for = list(levels[request.level - 1].approvers)
    request.save(update_fields=["level", "waiting_for"])
    return request


def _void(request: Request, reason: str, now: datetime) -> None:
    _end(request, "void", reason, now)


def _end(request: Request, state: str, reason: str, now: datetime) -> Request:
    request.state, request.ended_at, request.end_reason, request.waiting_for = state, now, reason, []
    request.save(update_fields=["state", "ended_at", "end_reason", "waiting_for"])
    return request


def _check_pending(request: Request) -> None:
    if request.state != "pending":
        raise RequestEnded(f"This request is {request.get_state_display().lower()}.",
                           detail={"state": request.state})  # fmt: skip


def _told(request: Request, subject: Subject) -> str:
    changed = changed_facts(request.fact_prints, prints_of(subject))
    words = ", ".join(name.replace("_", " ") for name in changed)
    return f"The document changed: {words}."
