"""The page that checks an electronic invoice. Nothing of the file is kept."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from apps.core.errors import DomainError
from apps.core.web.form_fields import place_error
from apps.exchange.reports import PROFILES, FileReport, report_on
from apps.exchange.xml import MAX_BYTES, refuse
from apps.tenancy.access import may, requires


class CheckForm(forms.Form):
    """A file and the rules it is held to."""

    file = forms.FileField(label="UBL, CII, Factur-X or ZUGFeRD file", max_length=500)
    profile = forms.ChoiceField(label="Rules", choices=list(PROFILES.items()), required=False)


@require_http_methods(["GET", "POST"])
@requires("invoices.read")
def file_check(request: HttpRequest) -> HttpResponse:
    """Show the form for a file, or what is wrong with the one that was sent."""
    form = CheckForm(request.POST or None, request.FILES or None)
    report, problem, name = None, None, ""
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["file"].name or ""
        try:
            report = _report(form.cleaned_data["file"], form.cleaned_data["profile"] or "auto")
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "form": form,
        "report": report,
        "problem": problem,
        "name": name,
        "may_issue": may("ledger.manage"),
    }
    return render(request, "exchange/check.html", context, status=status)


def _report(sent: "UploadedFile[bytes]", profile: str) -> FileReport:
    if (sent.size or 0) > MAX_BYTES:
        raise refuse("file_too_large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return report_on(sent.read(), profile=profile)  # type: ignore[arg-type]
