"""Doors: to a request, and past an approval."""

from uuid import UUID

from apps.approvals.choosing import facts_of, find_policy
from apps.approvals.errors import ApprovalVoid, NotApproved
from apps.approvals.locks import lock_open_request
from apps.approvals.models import Request
from apps.approvals.subjects import Subject, changed_facts, fingerprint_of, prints_of
from apps.core.db import write
from apps.core.errors import NotFound
from apps.tenancy.access import check_permission


def check_approved(*, subject: Subject) -> None:
    """Let a document pass that is approved as it is, or that no policy speaks about (books.md 51, 52).

    The caller holds the lock of the document's row and posts or releases in the same transaction. Raises
    ApprovalVoid when the approved document was another, NotApproved when it waits, was refused, or was never asked.
    """
    with write():
        _check(subject)


def _check(subject: Subject) -> None:
    request = lock_open_request(subject.kind, subject.id)
    if request is not None:
        _check_same(request, subject)
        if request.state == "pending":
            raise NotApproved("This waits for its approval.", detail={"request": str(request.id)})
        return
    last = _last_of(subject)
    if last is not None and last.state == "rejected" and last.fingerprint == fingerprint_of(subject):
        raise NotApproved(
            f"The approval was refused: {last.end_reason}", cure="Change the document, then ask again.",
            detail={"request": str(last.id)},
        )  # fmt: skip
    if find_policy(facts_of(subject)) is not None:
        raise NotApproved("This needs an approval that nobody asked for yet.", cure="Ask for the approval.")


def access_request(request_id: UUID) -> Request:
    """Return a request of the open tenant. Raises Forbidden, NotFound."""
    check_permission("approvals.read")
    request = Request.objects.select_related("policy_version").filter(id=request_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    return request


def _check_same(request: Request, subject: Subject) -> None:
    changed = changed_facts(request.fact_prints, prints_of(subject))
    if changed or request.fingerprint != fingerprint_of(subject):
        words = ", ".join(changed).replace("_", " ")
        raise ApprovalVoid(
            f"This is no longer what was asked for: {words} changed.", detail={"changed": changed}
        )


def _last_of(subject: Subject) -> Request | None:
    found = Request.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    return found.order_by("-requested_at", "-id").first()
