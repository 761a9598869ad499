"""The page that decides on many requests: first what would happen, then what happened, row by row."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from apps.approvals.inbox import AT_ONCE, list_waiting
from apps.approvals.models import STATES, VERDICTS
from apps.approvals.operations import decide_request
from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.core.text import clean_text
from apps.tenancy.access import requires


@dataclass(frozen=True)
class Outcome:
    """What became of one request."""

    id: UUID
    label: str
    state: str
    refusal: str


@require_http_methods(["GET", "POST"])
@requires("approvals.decide")
def bulk_decide(request: HttpRequest) -> HttpResponse:
    """Show what waits before it is decided, or decide on the chosen requests, each on its own."""
    if request.method == "GET":
        rows = list_waiting(current_scope().actor, clock.now())
        return render(request, "approvals/bulk.html", {"rows": rows})
    verdict, reason, chosen = _read(request.POST)
    outcomes = [_decide(each, verdict, reason) for each in chosen]
    done = sum(not each.refusal for each in outcomes)
    context = {
        "outcomes": outcomes,
        "done": done,
        "failed": len(outcomes) - done,
        "verdict": VERDICTS[verdict],
    }
    return render(request, "approvals/bulk_done.html", context)


def _read(sent: QueryDict) -> tuple[str, str, list[UUID]]:
    verdict, texts = sent.get("verdict", ""), sent.getlist("request")
    if verdict not in VERDICTS:
        raise InputError("Say approve or reject. Nothing was decided.", code="unknown_verdict")
    if not 1 <= len(texts) <= AT_ONCE:
        raise InputError(
            f"Choose from 1 to {AT_ONCE} requests. Nothing was decided.", cure="Go back and choose."
        )
    reason = clean_text(sent.get("reason", ""), field="reason", limit=500, required=verdict == "reject")
    try:
        return verdict, reason, [UUID(text) for text in texts]
    except ValueError:
        raise InputError("A choice could not be read. Nothing was decided.") from None


def _decide(request_id: UUID, verdict: str, reason: str) -> Outcome:
    try:
        done = decide_request(
            request_id=request_id,
            verdict=verdict,
            reason=reason,
            actor=current_scope().actor,
            now=clock.now(),
        )
    except DomainError as error:
        return Outcome(request_id, "", "", f"{error.message} {error.cure}".strip())
    return Outcome(request_id, done.label, STATES[done.state], "")
