"""Names of the Cross Industry Invoice."""

from typing import Final

SPACE: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
PREFIXES: Final = {
    "rsm": SPACE,
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
ROOT: Final = f"{{{SPACE}}}CrossIndustryInvoice"
# UNTDID 1001: a supporting document, an invoiced object, a tender.
SUPPORT: Final = "916"
OBJECT: Final = "130"
TENDER: Final = "50"
# Tax registrations: VAT number (BT-31) and another one (BT-32).
VAT: Final = "VA"
OTHER: Final = "FC"
# UNTDID 2475, which CII writes, to UNTDID 2005, which the model holds (BT-8).
TAX_POINTS: Final = {"5": "3", "29": "35", "72": "432"}
# UNTDID 1001: types that take back (a UBL writer makes a CreditNote of them).
CREDITS: Final = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
