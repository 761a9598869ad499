"""How a list of approvals is narrowed."""

from django_filters import rest_framework as filters

from apps.approvals.models import STATES
from apps.approvals.subjects import KINDS


class ApprovalFilter(filters.FilterSet):
    """Filters of approvals."""

    state = filters.ChoiceFilter(choices=list(STATES.items()), label="State")
    subject_kind = filters.ChoiceFilter(
        choices=[(kind, label) for kind, (label, _) in KINDS.items()], label="Kind of document"
    )
    subject_id = filters.UUIDFilter(label="Id of the document")
