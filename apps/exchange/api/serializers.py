"""Bodies of the API of electronic invoices."""

from rest_framework import serializers

from apps.core.api.files import FileBody
from apps.core.api.serializers import Shown
from apps.exchange.reports import PROFILES


class CheckBody(FileBody):
    """A file to be checked, and by which rules."""

    profile = serializers.ChoiceField(choices=list(PROFILES.items()), required=False)


class SummaryShown(Shown):
    """What the document is."""

    kind = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    type_code = serializers.CharField(allow_blank=True)
    issue_date = serializers.CharField(allow_blank=True)
    seller = serializers.CharField(allow_blank=True)
    buyer = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(allow_blank=True)
    total = serializers.CharField(allow_blank=True)
    due = serializers.CharField(allow_blank=True)
    lines = serializers.IntegerField()


class FindingShown(Shown):
    """A broken rule."""

    rule = serializers.CharField(help_text="As EN 16931 or Peppol number it.")
    severity = serializers.ChoiceField(choices=["fatal", "warning"])
    place = serializers.CharField()
    expected = serializers.CharField()
    found = serializers.CharField()
    text = serializers.CharField()


class UnreadShown(Shown):
    """Something that has no place in EN 16931."""

    place = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class FileReportShown(Shown):
    """What a file is, and what is wrong with it."""

    syntax = serializers.ChoiceField(choices=["UBL", "CII"])
    container = serializers.CharField(
        allow_blank=True, help_text="Name of the file inside a PDF, or nothing."
    )
    valid = serializers.BooleanField(help_text="No finding is fatal.")
    fatal = serializers.IntegerField()
    warnings = serializers.IntegerField()
    summary = SummaryShown()
    findings = FindingShown(many=True, help_text="At most 200; all are counted.")
    unread = UnreadShown(many=True)
