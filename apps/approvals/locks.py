"""Row locks. Callers lock their own document first, then its request: the same order everywhere."""

from uuid import UUID

from apps.approvals.models import OPEN_STATES, Policy, Request
from apps.core.errors import NotFound


def lock_request(request_id: UUID) -> Request:
    """Lock a request against every other decider and voider (FOR UPDATE). Raises NotFound."""
    request = Request.objects.select_for_update().filter(id=request_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    return request


def lock_open_request(kind: str, subject_id: UUID) -> Request | None:
    """Lock the request of a subject that waits or is approved (FOR UPDATE), if there is one."""
    found = Request.objects.select_for_update().filter(subject_kind=kind, subject_id=subject_id)
    return found.filter(state__in=OPEN_STATES).first()


def lock_policy(policy_id: UUID) -> Policy:
    """Lock a policy against other changes (FOR UPDATE). Raises NotFound."""
    policy = Policy.objects.select_for_update().filter(id=policy_id).first()
    if policy is None:
        raise NotFound("There is no such policy.")
    return policy
