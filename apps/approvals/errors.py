"""Why an approval is refused, or a document is not yet free."""

from apps.core.errors import DomainError, Forbidden


class NotApproved(DomainError):
    """What is to happen needs an approval that is not there."""

    code = "not_approved"
    cure = "Ask for the approval, or wait until it is given."


class ApprovalVoid(NotApproved):
    """The document is no longer what was approved (books.md 51, 52)."""

    code = "approval_void"
    cure = "Ask for a new approval of the document as it is now."


class RequestEnded(DomainError):
    """The request no longer waits: somebody decided, the document changed, or it was recalled."""

    code = "request_ended"
    cure = "Reload the page to see how it ended; nothing of yours was saved."


class NotYours(Forbidden):
    """The request does not wait for this person."""

    code = "not_an_approver"
    cure = "Somebody whom the policy names must decide, or delegate to you."


class SelfApproval(Forbidden):
    """Nobody approves what he created or last changed, nor does a delegate for him (books.md 50)."""

    code = "self_approval"
    cure = "Somebody else whom the policy names must decide."


class OverLimit(Forbidden):
    """The amount lies above what this person may approve."""

    code = "over_limit"
    cure = "Somebody with a higher limit must decide."


class NobodyCanApprove(DomainError):
    """A policy names too few people who could agree to this document."""

    code = "nobody_can_approve"
    cure = "Let an admin name more approvers in the policy, or raise their limits."
