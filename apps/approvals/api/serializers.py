"""Approvals as the API takes and shows them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.approvals.models import STATES, VERDICTS, Request
from apps.approvals.subjects import KINDS
from apps.core.api.fields import Text
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor


class DecisionShown(Shown):
    """What one person decided."""

    level = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=list(VERDICTS.items()))
    reason = serializers.CharField(allow_blank=True)
    decided_by = serializers.UUIDField()
    on_behalf_of = serializers.SerializerMethodField(help_text="Whose right a delegate used, else null.")
    decided_at = serializers.DateTimeField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_on_behalf_of(self, decision: object) -> str | None:
        """Return whose right was used when it was another's."""
        holder, own = decision.holder_id, decision.decided_by  # type: ignore[attr-defined]
        return str(holder) if holder != own else None


class ApprovalRow(Shown):
    """A request for approval as lists show it."""

    id = serializers.UUIDField()
    subject_kind = serializers.ChoiceField(choices=[(kind, label) for kind, (label, _) in KINDS.items()])
    subject_id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # the framework has a label of its own
    state = serializers.ChoiceField(choices=list(STATES.items()))
    amount = serializers.SerializerMethodField()
    currency = serializers.CharField()
    level = serializers.IntegerField(help_text="The level that waits, or the last one.")
    waiting_for = serializers.ListField(
        child=serializers.CharField(), help_text="`role:…` or `person:…`; any, each or some of them."
    )
    requested_by = serializers.UUIDField()
    requested_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When an answer is wanted; then it may be escalated.")
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)

    def get_amount(self, request: Request) -> str:
        """Return the amount with the currency's decimals."""
        return format(from_minor(request.amount_minor, request.currency), "f")


class ApprovalShown(ApprovalRow):
    """A request for approval with its decisions."""

    decisions = DecisionShown(many=True, source="trail")


class NewDecision(Body):
    """A decision by the person whose token calls."""

    verdict = serializers.ChoiceField(choices=list(VERDICTS.items()))
    reason = Text(max_length=500, required=False, allow_blank=True, help_text="Needed to reject.")
