"""Tax categories of EN 16931 (UNCL 5305): which rate each one takes, and whether it needs a reason.

Sources: BR-S-05/10, BR-Z-05/10, BR-E-05/10, BR-AE-05/10, BR-G-05/10, BR-IC-05/10, BR-O-05/10, BR-IG-05/10, BR-IP-05/10.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.core.text import clean_text

RATE_PLACES = 4


@dataclass(frozen=True)
class Category:
    """A tax category: the rate it may have, whether it says why no tax is charged, what it says by default.

    `names_buyer`: both sides must have a tax id on the document (BR-AE-02, BR-IC-02).
    """

    code: str
    label: str
    rate: Literal["positive", "zero", "any"]
    needs_reason: bool = False
    reason: str = ""
    reason_code: str = ""
    names_buyer: bool = False


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line, allowance or charge is taxed."""

    category: str
    rate: Decimal
    reason: str = ""
    reason_code: str = ""


_ALL = (
    Category("S", "Standard rate", "positive"),
    Category("Z", "Zero rated", "zero"),
    Category("E", "Exempt from tax", "zero", True),
    Category("AE", "Reverse charge", "zero", True, "Reverse charge", "VATEX-EU-AE", names_buyer=True),
    Category("G", "Export", "zero", True, "Export outside the EU", "VATEX-EU-G"),
    Category("K", "Intra-community supply", "zero", True, "Intra-community supply", "VATEX-EU-IC", names_buyer=True),
    Category("O", "Not subject to tax", "zero", True, "Not subject to VAT", "VATEX-EU-O"),
    Category("L", "IGIC (Canary Islands)", "any"),
    Category("M", "IPSI (Ceuta and Melilla)", "any"),
)  # fmt: skip
CATEGORIES: Final[dict[str, Category]] = {category.code: category for category in _ALL}
CATEGORY_LABELS: Final = {category.code: f"{category.code} · {category.label}" for category in _ALL}
NOT_SUBJECT = "O"


def category_for(rate: Decimal) -> str:
    """Return the category of a line that names none: standard where there is a rate, else zero-rated."""
    return "S" if rate > 0 else "Z"


def read_tax(
    *, category: str, rate: Decimal, reason: str = "", reason_code: str = "", place: str = ""
) -> Tax:
    """Return how something is taxed, checked by the rules of its category. Raises InputError at `place` + field.

    No category means standard or zero-rated by the rate. Reverse charge, export, intra-community supply and
    not subject to tax bring their usual reason; an exemption must say its own (BR-E-10).
    """
    code, rate = read_category(category, rate, place=place)
    return Tax(code, rate, *_read_reason(CATEGORIES[code], reason, reason_code, place))


def read_category(category: str, rate: Decimal, *, place: str = "") -> tuple[str, Decimal]:
    """Return a category with a rate that it may have. Raises InputError."""
    rate = check_decimal(
        rate, field=place + "tax_rate", minimum=Decimal(0), maximum=Decimal(100), places=RATE_PLACES
    )
    known = CATEGORIES.get(category or category_for(rate))
    if known is None:
        raise InputError(
            f"“{category[:20]}” is not a tax category.", code="unknown_category", field=place + "tax_category",
            cure=f"Choose one of {', '.join(CATEGORIES)}.",
        )  # fmt: skip
    _check_rate(known, rate, place)
    return known.code, rate


def tax_code(category: str, rate: Decimal) -> str:
    """Return the code under which the ledger books a tax: category and rate, as S-20 or Z-0."""
    return f"{category}-{rate.normalize():f}"


def _check_rate(category: Category, rate: Decimal, place: str) -> None:
    if category.rate == "positive" and rate <= 0:
        raise InputError(
            "The standard rate is above zero.", code="rate_not_positive", field=place + "tax_rate",
            cure="Choose another tax category, such as zero rated or exempt.",
        )  # fmt: skip
    if category.rate == "zero" and rate != 0:
        raise InputError(
            f"{category.label} carries no tax, so its rate is 0.", code="rate_not_zero", field=place + "tax_rate"
        )  # fmt: skip


def _read_reason(category: Category, reason: str, reason_code: str, place: str) -> tuple[str, str]:
    """Return reason and code: its own, else the usual ones; none where no tax is left out."""
    text = clean_text(reason, field=place + "exemption_reason", limit=500, required=False)
    code = clean_text(reason_code, field=place + "exemption_code", limit=30, required=False).upper()
    if not category.needs_reason:
        if text or code:
            raise InputError(
                f"{category.label} has no exemption reason.", code="reason_not_wanted",
                field=place + "exemption_reason", cure="Leave the reason empty, or choose another category.",
            )  # fmt: skip
        return "", ""
    if not text and not code:
        text, code = category.reason, category.reason_code
    if not text and not code:
        raise InputError(
            "Say why no tax is charged.", code="reason_missing", field=place + "exemption_reason",
            cure="Name the rule of law that exempts it.",
        )  # fmt: skip
    return text, code
