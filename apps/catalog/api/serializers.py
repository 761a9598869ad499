"""Products as the API takes and shows them."""

from decimal import Decimal

from rest_framework import serializers

from apps.catalog.models import STATUSES, TAX_CATEGORIES
from apps.catalog.pricing import RANKS
from apps.core.api.fields import Count, Flag, Identifier, Number, Text
from apps.core.api.serializers import Body, Shown


class ProductShown(Shown):
    """A product. Its price has its own precision and is no amount: amounts are made on an invoice's line."""

    id = serializers.UUIDField()
    sku = serializers.CharField(help_text="Unique in the company.")
    name = serializers.CharField()
    category = serializers.UUIDField(source="category_id", allow_null=True)
    manufacturer = serializers.CharField(allow_blank=True)
    active_ingredient = serializers.CharField(allow_blank=True)
    dosage = serializers.CharField(allow_blank=True)
    pack = serializers.CharField(allow_blank=True, help_text="What one unit holds, as “21 capsules”.")
    regulatory_code = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, as EA or KGM.")
    unit_price = Number(max_digits=18, decimal_places=6)
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    tax_rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")
    tax_category = serializers.CharField(help_text="EN 16931 BT-151, as S or Z.")
    status = serializers.ChoiceField(list(STATUSES.items()))
    is_active = serializers.BooleanField(help_text="Whether the status is active.")
    is_stocked = serializers.BooleanField(help_text="False for services.")
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class ProductFields(Body):
    """What a product may have besides. The cost price is kept apart and never shown here."""

    category = Identifier(source="category_id", required=False, allow_null=True)
    manufacturer = Text(max_length=200, required=False, allow_blank=True)
    active_ingredient = Text(max_length=300, required=False, allow_blank=True)
    dosage = Text(max_length=100, required=False, allow_blank=True)
    pack = Text(max_length=100, required=False, allow_blank=True)
    regulatory_code = Text(max_length=64, required=False, allow_blank=True)
    unit = Text(max_length=3, min_length=2, required=False)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False)
    tax_category = serializers.ChoiceField(
        list(TAX_CATEGORIES.items()), required=False, help_text="Left out: S above zero per cent, else Z."
    )
    status = serializers.ChoiceField(list(STATUSES.items()), required=False)
    is_stocked = Flag(required=False)
    cost_price = Number(max_digits=18, decimal_places=6, required=False, allow_null=True,
                        help_text="As planned, in the currency of the books.")  # fmt: skip


class NewProduct(ProductFields):
    """A product to create."""

    sku = Text(max_length=64)
    name = Text(max_length=300)
    unit_price = Number(max_digits=18, decimal_places=6)
    currency = Text(max_length=3, min_length=3)


class ProductChanges(ProductFields):
    """The fields to change; the others stay. Old invoices keep the price they were made with."""

    name = Text(max_length=300, required=False)
    unit_price = Number(max_digits=18, decimal_places=6, required=False)
    is_active = Flag(required=False, help_text="Instead of a status: false discontinues what is active.")
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class AvailabilityShown(Shown):
    """What may be promised now. What is reserved or has expired is not in it."""

    product = serializers.UUIDField()
    unit = serializers.CharField()
    is_stocked = serializers.BooleanField(help_text="False for services: there is no stock of them.")
    available = Number(max_digits=18, decimal_places=6)
    incoming = Number(max_digits=18, decimal_places=6, help_text="Ordered from suppliers and not received.")


class StockRowShown(Shown):
    """A product in a warehouse: available = on hand − reserved."""

    id = serializers.UUIDField()
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    warehouse = serializers.UUIDField(source="warehouse_id")
    warehouse_code = serializers.CharField(source="warehouse.code")
    on_hand = Number(max_digits=18, decimal_places=6)
    reserved = Number(max_digits=18, decimal_places=6)
    available = Number(max_digits=18, decimal_places=6)
    incoming = Number(max_digits=18, decimal_places=6)
    reorder_point = Number(max_digits=18, decimal_places=6, allow_null=True)


class PriceTerms(Body):
    """For whom, in which currency and on which day."""

    customer = Identifier(required=False, help_text="Its own lists and its tier count.")
    customer_tier = Text(
        max_length=64, required=False, allow_blank=True, help_text="Instead of the customer's own."
    )
    currency = Text(max_length=3, min_length=3, required=False, help_text="Left out: that of the books.")
    date = serializers.DateField(required=False, help_text="Left out: today.")


class PriceQuery(PriceTerms):
    """A price to find."""

    quantity = Number(max_digits=18, decimal_places=6, required=False, default=Decimal(1))
    unit = Text(max_length=3, required=False, default="", help_text="Left out: the product's own.")


class PriceItem(Body):
    """One of many prices to find."""

    product = Identifier()
    quantity = Number(max_digits=18, decimal_places=6, required=False, default=Decimal(1))
    unit = Text(max_length=3, required=False, default="")


class PricesWanted(PriceTerms):
    """Many prices to find."""

    items = PriceItem(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]  # of the list


class PriceShown(Shown):
    """The price of one unit. Lists of the customer come first, then of its tier, then for everybody, then the
    product's own price; among lists of one rank the later start wins; in a list the largest break that is reached."""

    product = serializers.UUIDField(source="product_id")
    unit_price = Number(max_digits=18, decimal_places=6)
    currency = serializers.CharField()
    unit = serializers.CharField()
    source = serializers.ChoiceField(list(RANKS))  # type: ignore[assignment]  # the framework takes fields off the class
    price_list = serializers.CharField(
        allow_blank=True, source="list_code", help_text="Its code; empty for the product's own price."
    )
    from_quantity = Number(max_digits=18, decimal_places=6, source="min_quantity")


class PriceResultShown(Shown):
    """What became of one item: a price, or why there is none."""

    index = serializers.IntegerField()
    price = PriceShown(allow_null=True)
    code = serializers.CharField(allow_blank=True, help_text="Empty, no_price or unknown_product.")


class PricesShown(Shown):
    """As many results as items, in order."""

    results = PriceResultShown(many=True)
