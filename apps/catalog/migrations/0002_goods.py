from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

SQL = Path(__file__).resolve().parent.parent / "sql"
# Columns made after the wall are not covered by its grants.
NEW_COLUMNS = "category_id, manufacturer, active_ingredient, dosage, pack, regulatory_code, unit, tax_category, status, is_stocked"
# A rewrite of the type fills the rows of every tenant; an UPDATE would see none of them.
FILL = """
    alter table catalog_product alter column status type text
        using case when is_active then 'active' else 'discontinued' end;
    alter table catalog_product alter column tax_category type text
        using case when tax_rate > 0 then 'S' else 'Z' end;
"""


def run(statement: str) -> migrations.RunSQL:
    return migrations.RunSQL(statement, migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_tables"),
        # The foreign key of a customer's price list.
        ("parties", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("number", models.TextField()),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="LotStock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("on_hand", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
            ],
            options={
                "verbose_name_plural": "lot stock",
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("sequence", models.BigIntegerField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("reserve", "Reserved"),
                            ("release", "Released"),
                            ("ship", "Shipped"),
                            ("receive", "Received"),
                            ("return", "Taken back"),
                            ("adjust", "Adjusted"),
                            ("count", "Counted"),
                            ("transfer_out", "Moved away"),
                            ("transfer_in", "Moved here"),
                            ("expect", "Announced"),
                            ("unexpect", "No longer announced"),
                        ]
                    ),
                ),
                ("on_hand_change", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("reserved_change", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("incoming_change", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("value_minor", models.BigIntegerField(default=0)),
                ("on_hand_after", models.DecimalField(decimal_places=6, max_digits=18)),
                ("reserved_after", models.DecimalField(decimal_places=6, max_digits=18)),
                ("incoming_after", models.DecimalField(decimal_places=6, max_digits=18)),
                ("value_after_minor", models.BigIntegerField()),
                ("source_kind", models.TextField()),
                ("source_id", models.UUIDField()),
                ("source_line", models.IntegerField(default=0)),
                ("part", models.IntegerField(default=1)),
                ("reason", models.TextField(blank=True, default="")),
                ("moved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PriceBreak",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("unit", models.TextField()),
                ("min_quantity", models.DecimalField(decimal_places=6, max_digits=18)),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("tier", models.TextField(blank=True, default="")),
                ("customer_id", models.UUIDField(blank=True, null=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="ProductCost",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("cost_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("source_kind", models.TextField()),
                ("source_id", models.UUIDField()),
                ("source_line", models.IntegerField()),
                ("quantity", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name="Stock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("on_hand", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("reserved", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("incoming", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("lotted", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                (
                    "available",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("on_hand"), "-", models.F("reserved")
                        ),
                        output_field=models.DecimalField(decimal_places=6, max_digits=18),
                    ),
                ),
                (
                    "reorder_point",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                ("sequence", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "stock",
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("is_default", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name="product",
            name="active_ingredient",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="product",
            name="dosage",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="product",
            name="is_stocked",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="product",
            name="manufacturer",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="product",
            name="pack",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="product",
            name="regulatory_code",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="product",
            name="status",
            field=models.TextField(
                choices=[("active", "Active"), ("discontinued", "Discontinued"), ("blocked", "Blocked")],
                db_default="active",
                default="active",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="tax_category",
            field=models.TextField(
                choices=[
                    ("S", "Standard rate"),
                    ("Z", "Zero rated"),
                    ("E", "Exempt"),
                    ("AE", "Reverse charge"),
                    ("G", "Export"),
                    ("K", "Intra-community"),
                    ("O", "Outside the scope"),
                    ("L", "IGIC (Canary Islands)"),
                    ("M", "IPSI (Ceuta, Melilla)"),
                ],
                db_default="Z",
                default="Z",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="unit",
            field=models.TextField(db_default="EA", default="EA"),
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                (
                    "parent",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
            },
        ),
        migrations.AddField(
            model_name="product",
            name="category",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.category",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("category", None), _negated=True),
                fields=["tenant_id", "category", "name", "id"],
                name="catalog_by_category",
            ),
        ),
        run(FILL),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", {"active": "Active", "blocked": "Blocked", "discontinued": "Discontinued"})
                ),
                name="catalog_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "tax_category__in",
                        {
                            "AE": "Reverse charge",
                            "E": "Exempt",
                            "G": "Export",
                            "K": "Intra-community",
                            "L": "IGIC (Canary Islands)",
                            "M": "IPSI (Ceuta, Melilla)",
                            "O": "Outside the scope",
                            "S": "Standard rate",
                            "Z": "Zero rated",
                        },
                    )
                ),
                name="catalog_known_tax_category",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_active", True), ("status", "active")),
                    models.Q(("is_active", False), models.Q(("status", "active"), _negated=True)),
                    _connector="OR",
                ),
                name="catalog_active_is_sold",
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="product",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="lotstock",
            name="lot",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="holdings",
                to="catalog.lot",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="lot",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.lot",
            ),
        ),
        migrations.AddField(
            model_name="pricebreak",
            name="product",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddIndex(
            model_name="pricelist",
            index=models.Index(fields=["tenant_id", "name", "id"], name="catalog_prices_by_name"),
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.UniqueConstraint(fields=("tenant_id", "code"), name="catalog_one_price_list"),
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="catalog_prices_end_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.CheckConstraint(
                condition=models.Q(("customer_id", None), ("tier", ""), _connector="OR"),
                name="catalog_prices_for_one_or_tier",
            ),
        ),
        migrations.AddField(
            model_name="pricebreak",
            name="price_list",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="breaks",
                to="catalog.pricelist",
            ),
        ),
        migrations.AddField(
            model_name="productcost",
            name="product",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="reservation",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.reservation",
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="product",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="stock",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="reservations",
                to="catalog.stock",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="stock",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="movements",
                to="catalog.stock",
            ),
        ),
        migrations.AddField(
            model_name="lotstock",
            name="stock",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="lots",
                to="catalog.stock",
            ),
        ),
        migrations.AddIndex(
            model_name="warehouse",
            index=models.Index(fields=["tenant_id", "name", "id"], name="catalog_warehouse_by_name"),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.UniqueConstraint(fields=("tenant_id", "code"), name="catalog_one_warehouse"),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("tenant_id",),
                name="catalog_one_default_warehouse",
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_default", False), ("is_active", True), _connector="OR"),
                name="catalog_default_warehouse_open",
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="warehouse",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.warehouse",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "parent", "name"), name="catalog_one_category", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["tenant_id", "expires_on"], name="catalog_lots_by_expiry"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "product", "number"), name="catalog_one_lot"
            ),
        ),
        migrations.AddIndex(
            model_name="pricebreak",
            index=models.Index(fields=["tenant_id", "product"], name="catalog_breaks_by_product"),
        ),
        migrations.AddConstraint(
            model_name="pricebreak",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "price_list", "product", "unit", "min_quantity"),
                name="catalog_one_break",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricebreak",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_quantity__gte", 0), ("unit_price__gte", 0)),
                name="catalog_break_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="productcost",
            constraint=models.UniqueConstraint(fields=("tenant_id", "product"), name="catalog_one_cost"),
        ),
        migrations.AddConstraint(
            model_name="productcost",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_price__gte", 0)), name="catalog_cost_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                condition=models.Q(("quantity__gt", 0)),
                fields=["tenant_id", "stock"],
                name="catalog_reservations_of_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "source_id", "source_kind", "source_line", "stock"),
                name="catalog_one_reservation",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 0)), name="catalog_reservation_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["tenant_id", "stock", "moved_at"], name="catalog_movements_by_time"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "stock", "sequence"), name="catalog_one_sequence"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "source_id", "source_kind", "source_line", "kind", "part"),
                name="catalog_moved_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        {
                            "adjust": "Adjusted",
                            "count": "Counted",
                            "expect": "Announced",
                            "receive": "Received",
                            "release": "Released",
                            "reserve": "Reserved",
                            "return": "Taken back",
                            "ship": "Shipped",
                            "transfer_in": "Moved here",
                            "transfer_out": "Moved away",
                            "unexpect": "No longer announced",
                        },
                    )
                ),
                name="catalog_known_movement",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("incoming_after__gte", 0),
                    ("on_hand_after__gte", models.F("reserved_after")),
                    ("reserved_after__gte", 0),
                ),
                name="catalog_movement_leaves_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value_after_minor__gte", 0),
                    models.Q(("on_hand_after__gt", 0), ("value_after_minor", 0), _connector="OR"),
                ),
                name="catalog_no_value_without_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reservation", None), ("reserved_change", 0)),
                    models.Q(("reservation", None), _negated=True),
                    _connector="OR",
                ),
                name="catalog_reserved_for_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="lotstock",
            index=models.Index(fields=["tenant_id", "stock"], name="catalog_lots_of_stock"),
        ),
        migrations.AddConstraint(
            model_name="lotstock",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "lot", "stock"), name="catalog_one_lot_stock"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotstock",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_hand__gte", 0)), name="catalog_lot_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="stock",
            index=models.Index(fields=["tenant_id", "warehouse"], name="catalog_stock_by_warehouse"),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "product", "warehouse"), name="catalog_one_stock"
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_hand__gte", models.F("reserved")), ("reserved__gte", 0)),
                name="catalog_available_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("incoming__gte", 0)), name="catalog_incoming_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("lotted__gte", 0), ("on_hand__gte", models.F("lotted"))),
                name="catalog_lots_within_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("reorder_point", None), ("reorder_point__gte", 0), _connector="OR"),
                name="catalog_reorder_not_negative",
            ),
        ),
        *wall("catalog_category", customer="all", references={"parent_id": "catalog_category"}),
        run(f"grant update ({NEW_COLUMNS}) on catalog_product to bulkhead_app"),
        run("""
            alter table catalog_product add constraint catalog_product_category_id_wall_fk
                foreign key (tenant_id, category_id) references catalog_category (tenant_id, id)
        """),
        *wall("catalog_productcost", references={"product_id": "catalog_product"}),
        *wall("catalog_pricelist", customer="all", references={"customer_id": "parties_customer"}),
        *wall(
            "catalog_pricebreak",
            customer=("price_list_id", "catalog_pricelist"),
            references={"price_list_id": "catalog_pricelist", "product_id": "catalog_product"},
        ),
        *wall("catalog_warehouse", deletable=False),
        *wall(
            "catalog_stock",
            customer="all",
            references={"product_id": "catalog_product", "warehouse_id": "catalog_warehouse"},
            deletable=False,
        ),
        *wall("catalog_lot", customer="all", references={"product_id": "catalog_product"}, deletable=False),
        *wall(
            "catalog_lotstock",
            customer="all",
            references={"lot_id": "catalog_lot", "stock_id": "catalog_stock"},
            deletable=False,
        ),
        *wall("catalog_reservation", references={"stock_id": "catalog_stock"}, deletable=False),
        *wall(
            "catalog_movement",
            references={
                "stock_id": "catalog_stock",
                "lot_id": "catalog_lot",
                "reservation_id": "catalog_reservation",
            },
            deletable=False,
        ),
        *(run((SQL / f"{name}.sql").read_text()) for name in ("categories", "prices", "stock")),
    ]
