"""The baselines: the same rows in plain Django and Django REST framework, without walls, audit or numbers."""

import copy
import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections, models, transaction
from rest_framework import serializers, viewsets
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from apps.core.ids import new_id
from config.databases import parse

ALIAS = "bare"
DATABASE = "bulkhead_bare"


class BareInvoice(models.Model):
    """A document's columns in a plain table."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.TextField(default="")
    customer = models.UUIDField()
    currency = models.CharField(max_length=3)
    issue_date = models.DateField()
    due_date = models.DateField()
    total_minor = models.BigIntegerField(default=0)

    class Meta:
        app_label = "benchmarks"


class BareLine(models.Model):
    """A line's columns in a plain table."""

    id = models.UUIDField(primary_key=True, default=new_id)
    invoice = models.ForeignKey(BareInvoice, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    description = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    net_minor = models.BigIntegerField(default=0)

    class Meta:
        app_label = "benchmarks"


class BareLineSerializer(serializers.ModelSerializer[BareLine]):
    class Meta:
        model = BareLine
        fields = ("position", "description", "quantity", "unit_price")


class BareInvoiceSerializer(serializers.ModelSerializer[BareInvoice]):
    lines = BareLineSerializer(many=True, write_only=True)

    class Meta:
        model = BareInvoice
        fields = ("id", "customer", "currency", "issue_date", "due_date", "lines")

    def create(self, validated_data: dict[str, Any]) -> BareInvoice:
        return insert_bare(validated_data, validated_data.pop("lines"))


class BareInvoices(viewsets.ModelViewSet[BareInvoice]):
    """What `ModelViewSet` gives out of the box."""

    queryset = BareInvoice.objects.using(ALIAS).all()
    serializer_class = BareInvoiceSerializer
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def handle_exception(self, exc: Exception) -> Response:
        """Let a fault of the baseline be seen as what it is."""
        raise exc


def insert_bare(invoice: dict[str, Any], lines: list[dict[str, Any]]) -> BareInvoice:
    """Insert a document and its lines in one transaction, as plain Django does."""
    with transaction.atomic(using=ALIAS):
        made = BareInvoice.objects.using(ALIAS).create(**invoice)
        BareLine.objects.using(ALIAS).bulk_create(BareLine(invoice=made, **line) for line in lines)
    return made


def make_bare_database() -> str:
    """Make an empty database beside ours, with the two tables, and an alias with Django's own backend."""
    admin = os.environ["ADMIN_DATABASE_URL"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database if exists {DATABASE} with (force)")
        connection.execute(f"create database {DATABASE}")
    url = urlunsplit(urlsplit(admin)._replace(path=f"/{DATABASE}"))
    settings = copy.deepcopy(connections.databases["default"])
    settings.update({**parse(url), "ENGINE": "django.db.backends.postgresql"})
    connections.databases[ALIAS] = settings
    with connections[ALIAS].schema_editor() as editor:
        editor.create_model(BareInvoice)
        editor.create_model(BareLine)
    return url
