"""Policies and their versions, requests, decisions, delegations, and what one person may approve at most."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core.models import TenantForeignKey, TenantModel

STATES = {
    "pending": "Waiting",
    "approved": "Approved",
    "rejected": "Rejected",
    "void": "Void",
    "recalled": "Recalled",
}
OPEN_STATES = ("pending", "approved")
VERDICTS = {"approve": "Approved", "reject": "Rejected"}


class Policy(TenantModel):
    """A rule about who must agree. What it says stands in its versions; this row is what is valid now."""

    name = models.TextField()
    subject_kind = models.TextField()
    position = models.IntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="approvals_one_policy_name"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "subject_kind", "position", "id"], name="approvals_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(TenantModel):
    """What a policy says from one moment on; never changed, so a request in flight keeps its own (books.md 49).

    Amounts are minor units of the book currency, both ends included; an empty list stands for all.
    `levels` is a list of `rules.Level` as JSON.
    """

    policy = TenantForeignKey(Policy, related_name="versions")
    number = models.IntegerField()
    name = models.TextField()
    subject_kind = models.TextField()
    min_minor = models.BigIntegerField(default=0)
    max_minor = models.BigIntegerField(null=True, blank=True)
    party_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    categories = ArrayField(models.TextField(), default=list, blank=True)
    levels = models.JSONField()
    answer_days = models.IntegerField(default=3)
    escalates_to = models.TextField(default="", blank=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "policy", "number"], name="approvals_one_version_number"
            ),
            models.CheckConstraint(
                condition=Q(min_minor__gte=0) & (Q(max_minor=None) | Q(max_minor__gte=F("min_minor"))),
                name="approvals_amounts_in_order",
            ),
            models.CheckConstraint(condition=Q(answer_days__gte=1), name="approvals_days_to_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class Request(TenantModel):
    """Something that waits for agreement, with what it was when it was asked: amount, fingerprint, policy version.

    `levels` is what the policy version said for these facts; `waiting_for` are the approvers of the present level.
    """

    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    label = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    book_minor = models.BigIntegerField()
    party_id = models.UUIDField(null=True, blank=True)
    category = models.TextField(default="", blank=True)
    fingerprint = models.TextField()
    fact_prints = models.JSONField(default=dict)
    created_by = models.UUIDField()
    changed_by = models.UUIDField()
    requested_by = models.UUIDField()
    policy_version = TenantForeignKey(PolicyVersion, related_name="+")
    levels = models.JSONField()
    escalates_to = models.TextField(default="", blank=True)
    state = models.TextField(choices=list(STATES.items()), default="pending")
    level = models.IntegerField(default=1)
    waiting_for = ArrayField(models.TextField(), default=list)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(default="", blank=True)
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "subject_kind", "subject_id"],
                name="approvals_one_open_request",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="approvals_known_state"),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None) | (~Q(state="pending") & ~Q(ended_at=None)),
                name="approvals_ended_when_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state", "due_at", "id"], name="approvals_by_due"),
            models.Index(fields=["tenant_id", "-requested_at", "-id"], name="approvals_newest"),
            models.Index(fields=["tenant_id", "subject_kind", "subject_id", "-requested_at"],
                         name="approvals_by_subject"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.label} ({self.get_state_display()})"


class Decision(TenantModel):
    """What one person decided on one level. Rows are added, never changed (a trigger and the grants see to it).

    `holder_id` is whose right was used: the person's own, or that of who delegated it. `stands_for` are the
    approvers of the level that this decision answers for; `*` = the level was escalated.
    """

    request = TenantForeignKey(Request, related_name="decisions")
    level = models.IntegerField()
    verdict = models.TextField(choices=list(VERDICTS.items()))
    reason = models.TextField(default="", blank=True)
    decided_by = models.UUIDField()
    holder_id = models.UUIDField()
    stands_for = ArrayField(models.TextField())
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "request", "decided_by"], name="approvals_decide_once"),
            models.UniqueConstraint(fields=["tenant_id", "request", "holder_id"], name="approvals_right_used_once"),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="approvals_known_verdict"),
            models.CheckConstraint(
                condition=Q(verdict="approve") | ~Q(reason=""), name="approvals_rejected_with_reason"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} at level {self.level}"


class Delegation(TenantModel):
    """Somebody decides for somebody else, from the first day to the last; an empty kind stands for all kinds."""

    holder_id = models.UUIDField()
    delegate_id = models.UUIDField()
    subject_kind = models.TextField(default="", blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(default="", blank=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(holder_id=F("delegate_id")), name="approvals_delegate_is_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="approvals_days_in_order"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant_id", "delegate_id", "ends_on"], name="approvals_by_delegate"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"


class PersonLimit(TenantModel):
    """The most that a person may approve, in minor units of the book currency; an empty kind stands for all kinds."""

    person_id = models.UUIDField()
    subject_kind = models.TextField(default="", blank=True)
    limit_minor = models.BigIntegerField()
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "person_id", "subject_kind"], name="approvals_one_limit"
            ),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="approvals_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_minor}"
