"""Pages of reminders: what is due today, runs, their letters to read, print and export, how each level reads."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.money import from_minor
from apps.core.scope import current_scope
from apps.core.web.csv_files import csv_file
from apps.core.web.keyset import Sort, page_of
from apps.settlement.dunning import (
    DEFAULT_LEVELS,
    MOST_LEVELS,
    LevelInput,
    change_levels,
    get_letter,
    get_run,
    list_due_reminders,
    list_letters,
    list_levels,
    mark_letter_sent,
    run_dunning,
)
from apps.settlement.models import LETTER_STATES, DunningLetter, DunningRun
from apps.settlement.queries import party_names
from apps.settlement.web.acting import once, perform, today_of
from apps.settlement.wording import LETTER
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings
from apps.tenancy.web.once import OnceField

SHOWN = 100
HEADINGS = ("Customer", "Level", "Title", "Item", "Due", "Days overdue", "Amount", "Currency", "State")


class LevelForm(forms.Form):
    """One level: how it reads and when it is due."""

    days = forms.IntegerField(label="Days overdue", min_value=1, max_value=3650)
    title = forms.CharField(max_length=200)
    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


LevelFormSet: Any = forms.formset_factory(LevelForm, extra=1, can_delete=True, max_num=MOST_LEVELS)


class OnceForm(forms.Form):
    """What makes a form safe to send twice."""

    once = OnceField()


@require_GET
@requires("payments.read")
def dunning_list(request: HttpRequest) -> HttpResponse:
    """Show the runs, and who would get a reminder today."""
    return _runs(request)


@require_POST
@requires("dunning.run")
def dunning_run(request: HttpRequest) -> HttpResponse:
    """Make today's letters."""
    check_permission("payments.read")

    def work() -> str:
        made = run_dunning(run_date=today_of(request), actor=current_scope().actor, now=clock.now())
        if made is None:
            messages.info(request, "No reminder is due today. Nothing was made.")
            return reverse("settlement:receivable_dunning")
        messages.success(request, f"{made.letters} letters are prepared. Nothing was sent.")
        return reverse("settlement:receivable_dunning_detail", args=[made.id])

    return perform(request, work, lambda refusal: _runs(request, refusal))


@require_GET
@requires("payments.read")
def dunning_detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show a run with its letters."""
    run, letters = get_run(run_id), list_letters(run_id)
    names = party_names("receivable", {letter.customer_id for letter in letters})
    rows = [{"letter": letter, "name": names.get(letter.customer_id, ""), "totals": _totals(letter),
             "state": LETTER_STATES[letter.state]} for letter in letters]  # fmt: skip
    return render(request, "settlement/dunning_run.html", {
        "run": run, "rows": rows, "may_export": may("exports.run"), "may_dun": may("dunning.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def dunning_export(request: HttpRequest, run_id: UUID) -> FileResponse:
    """Give a run's letters as a file, a line for each item."""
    check_permission("payments.read")
    run = get_run(run_id)
    record_access(kind="export", subject="reminders", detail={"run": str(run.id)})
    return csv_file(f"reminders-{run.run_date}.csv", HEADINGS, _rows(run))


@require_GET
@requires("payments.read")
def letter_detail(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Show a letter as it is printed."""
    return _letter(request, get_letter(letter_id))


@require_POST
@requires("dunning.run")
def letter_sent(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Note that a letter was sent."""
    check_permission("payments.read")
    letter = get_letter(letter_id)

    def work() -> str:
        mark_letter_sent(letter_id=letter.id, actor=current_scope().actor, now=clock.now())
        messages.success(request, "Noted as sent.")
        return reverse("settlement:receivable_letter", args=[letter.id])

    return perform(request, work, lambda refusal: _letter(request, letter, refusal))


@require_http_methods(["GET", "POST"])
@requires("dunning.run")
def level_list(request: HttpRequest) -> HttpResponse:
    """Show how reminders read, or change it."""
    if request.method == "GET":
        levels: Any = list_levels() or DEFAULT_LEVELS
        initial = [{"days": level.days, "title": level.title, "text": level.text} for level in levels]
        return _levels(request, LevelFormSet(initial=initial, prefix="levels"), None)
    formset = LevelFormSet(request.POST, prefix="levels")
    if formset.is_valid():
        given = [
            form.cleaned_data for form in formset if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

        def work() -> str:
            change_levels(
                levels=[LevelInput(each["days"], each["title"], each["text"]) for each in given],
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            messages.success(request, "Saved. Letters that were made keep their words.")
            return reverse("settlement:receivable_levels")

        return perform(request, work, lambda refusal: _levels(request, formset, refusal))
    return _levels(request, formset, None)


def _levels(request: HttpRequest, formset: Any, problem: DomainError | None) -> HttpResponse:
    status = problem.status if problem else 422 if formset.is_bound and not formset.is_valid() else 200
    back = reverse("settlement:receivable_dunning")
    context = {"levels": formset, "problem": problem, "form": OnceForm(), "back": back}
    return render(request, "settlement/levels.html", context, status=status)


def _runs(request: HttpRequest, problem: DomainError | None = None) -> HttpResponse:
    page = page_of(DunningRun.objects.all(), request.GET, Sort("-run_date", "run_date"), show=lambda row: row)
    due = list_due_reminders(today_of(request))
    names = party_names("receivable", {each.item.party_id for each in due[:SHOWN]})
    return render(request, "settlement/dunning.html", {
        "page": page, "problem": problem, "count": len(due), "may_dun": may("dunning.run"), "once": once(),
        "customers": len({each.item.party_id for each in due}),
        "due": [{"due": each, "name": names.get(each.item.party_id, "")} for each in due[:SHOWN]],
    }, status=problem.status if problem else 200)  # fmt: skip


def _letter(request: HttpRequest, letter: DunningLetter, problem: DomainError | None = None) -> HttpResponse:
    return render(request, "settlement/letter.html", {
        "letter": letter, "name": party_names("receivable", [letter.customer_id]).get(letter.customer_id, ""),
        "lines": _lines(letter), "totals": _totals(letter), "state": LETTER_STATES[letter.state],
        "may_dun": may("dunning.run"), "once": once(), "problem": problem,
        "timeline": list_happenings(LETTER, letter.id),
    }, status=problem.status if problem else 200)  # fmt: skip


def _lines(letter: DunningLetter) -> list[Any]:
    return sorted(letter.lines.all(), key=lambda line: (line.item.due_date, line.id))


def _totals(letter: DunningLetter) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for line in letter.lines.all():
        totals[line.item.currency] = totals.get(line.item.currency, 0) + line.amount_minor
    return sorted(totals.items())


def _rows(run: DunningRun) -> Iterator[tuple[object, ...]]:
    letters = list_letters(run.id)
    names = party_names("receivable", {letter.customer_id for letter in letters})
    for letter in letters:
        for line in _lines(letter):
            item = line.item
            yield (
                names.get(letter.customer_id, ""), line.level, letter.title, item.number, item.due_date,
                line.days_overdue, from_minor(line.amount_minor, item.currency), item.currency, letter.state,
            )  # fmt: skip
