"""Reads of approvals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.approvals.models import Request

# A request that was taken back leaves its document as if nobody had asked.
_STANDING = {
    "pending": "pending",
    "approved": "approved",
    "rejected": "rejected",
    "void": "void",
    "recalled": "none",
}


@dataclass(frozen=True)
class Standing:
    """How the approval of a document stands; `state` is none, pending, approved, rejected or void."""

    state: str = "none"
    request_id: UUID | None = None
    level: int = 0
    levels: int = 0
    waiting_for: tuple[str, ...] = ()
    due_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    amount_minor: int = 0
    fingerprint: str = ""


NO_STANDING = Standing()


def standing_of(kind: str, subject_id: UUID) -> Standing:
    """Return how the newest request of a document stands."""
    return standings_of(kind, [subject_id]).get(subject_id, NO_STANDING)


def standings_of(kind: str, subject_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return the standing of each document that was ever asked for, in one query."""
    found = Request.objects.filter(subject_kind=kind, subject_id__in=subject_ids)
    newest = found.order_by("subject_id", "-requested_at", "-id").distinct("subject_id")
    return {request.subject_id: _standing(request) for request in newest}


def subjects_in_state(kind: str, state: str) -> "QuerySet[Request, UUID]":
    """Return the ids of a kind's documents with a request in a state, for lists of other apps."""
    return Request.objects.filter(subject_kind=kind, state=state).values_list("subject_id", flat=True)


def _standing(request: Request) -> Standing:
    return Standing(
        _STANDING[request.state], request.id, request.level, len(request.levels), tuple(request.waiting_for),
        request.due_at, request.ended_at, request.end_reason, request.amount_minor, request.fingerprint,
    )  # fmt: skip
