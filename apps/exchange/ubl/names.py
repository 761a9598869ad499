"""Names of UBL 2.1."""

from typing import Final

INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
PREFIXES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# UNTDID 1001 as document type codes: the invoiced object (BT-18, BT-128) and, in a credit note, the project (BT-11).
OBJECT: Final = "130"
PROJECT: Final = "50"
# What stands for a missing order number where only the seller's order is known (Peppol BIS 3, BT-14).
NO_ORDER: Final = "NA"
