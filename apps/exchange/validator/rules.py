"""Every rule that is checked, with its severity and what it says in our words.

Numbers are those of EN 16931-1 as its public test files write them (there IGIC is BR-AF and IPSI is BR-AG; the
standard's text says BR-IG and BR-IP) and of Peppol BIS Billing 3.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's severity and its sentence."""

    text: str
    severity: Literal["fatal", "warning"] = "fatal"


_PRESENCE = {
    "BR-01": "The document names its specification (BT-24).",
    "BR-02": "The document has a number (BT-1).",
    "BR-03": "The document has an issue date (BT-2).",
    "BR-04": "The document has a type code (BT-3).",
    "BR-05": "The document has a currency (BT-5).",
    "BR-06": "The seller has a name (BT-27).",
    "BR-07": "The buyer has a name (BT-44).",
    "BR-08": "The seller has a postal address (BG-5).",
    "BR-09": "The seller's address has a country (BT-40).",
    "BR-10": "The buyer has a postal address (BG-8).",
    "BR-11": "The buyer's address has a country (BT-55).",
    "BR-12": "The document has a sum of its lines (BT-106).",
    "BR-13": "The document has a total without tax (BT-109).",
    "BR-14": "The document has a total with tax (BT-112).",
    "BR-15": "The document has an amount due (BT-115).",
    "BR-16": "The document has at least one line (BG-25).",
    "BR-17": "A payee has a name (BT-59) and is somebody else than the seller.",
    "BR-18": "A tax representative has a name (BT-62).",
    "BR-19": "A tax representative has a postal address (BG-12).",
    "BR-20": "The tax representative's address has a country (BT-69).",
    "BR-21": "A line has a number (BT-126).",
    "BR-22": "A line has a quantity (BT-129).",
    "BR-23": "A line's quantity has a unit (BT-130).",
    "BR-24": "A line has a net amount (BT-131).",
    "BR-25": "A line names its item (BT-153).",
    "BR-26": "A line has a net price (BT-146).",
    "BR-27": "A net price (BT-146) is not negative.",
    "BR-28": "A gross price (BT-148) is not negative.",
    "BR-29": "The invoicing period ends (BT-74) not before it starts (BT-73).",
    "BR-30": "A line's period ends (BT-135) not before it starts (BT-134).",
    "BR-31": "A document allowance has an amount (BT-92).",
    "BR-32": "A document allowance has a tax category (BT-95).",
    "BR-33": "A document allowance has a reason or its code (BT-97, BT-98).",
    "BR-36": "A document charge has an amount (BT-99).",
    "BR-37": "A document charge has a tax category (BT-102).",
    "BR-38": "A document charge has a reason or its code (BT-104, BT-105).",
    "BR-41": "A line allowance has an amount (BT-136).",
    "BR-42": "A line allowance has a reason or its code (BT-139, BT-140).",
    "BR-43": "A line charge has an amount (BT-141).",
    "BR-44": "A line charge has a reason or its code (BT-144, BT-145).",
    "BR-45": "A tax break-down has a taxable amount (BT-116).",
    "BR-46": "A tax break-down has a tax amount (BT-117).",
    "BR-47": "A tax break-down has a category (BT-118).",
    "BR-48": "A tax break-down has a rate (BT-119), unless it is not subject to tax.",
    "BR-49": "Payment instructions have a code for the means (BT-81).",
    "BR-50": "A credit transfer names the account that is paid to (BT-84).",
    "BR-51": "At most the first six and the last four digits of a card are shown (BT-87).",
    "BR-52": "A supporting document has a reference (BT-122).",
    "BR-53": "With an accounting currency (BT-6) goes the tax total in it (BT-111).",
    "BR-54": "A property of an item has a name and a value (BT-160, BT-161).",
    "BR-55": "A preceding invoice is named by its number (BT-25).",
    "BR-56": "A tax representative has a VAT number (BT-63).",
    "BR-57": "A deliver-to address has a country (BT-80).",
    "BR-61": "Payment by credit transfer (30, 58) needs an account (BT-84).",
    "BR-62": "The seller's electronic address (BT-34) has a scheme.",
    "BR-63": "The buyer's electronic address (BT-49) has a scheme.",
    "BR-64": "A standard identifier of an item (BT-157) has a scheme.",
    "BR-65": "A class of an item (BT-158) has a scheme.",
    "BR-66": "The document names at most one payment card (BG-18).",
    "BR-67": "The document names at most one mandate (BG-19).",
    "UBL-SR-47": "All payment instructions have the same code for the means (BT-81).",
    "BR-CO-03": "The tax point is given as a date (BT-7) or as a code (BT-8), not both.",
    "BR-CO-04": "A line has a tax category (BT-151).",
    "BR-CO-09": "A VAT number begins with the code of its country; Greece may write EL.",
    "BR-CO-18": "The document has a tax break-down (BG-23).",
    "BR-CO-19": "An invoicing period (BG-14) has a start, an end, or both.",
    "BR-CO-20": "A line's period (BG-26) has a start, an end, or both.",
    "BR-CO-21": "A document allowance has a reason (BT-97), its code (BT-98), or both.",
    "BR-CO-22": "A document charge has a reason (BT-104), its code (BT-105), or both.",
    "BR-CO-23": "A line allowance has a reason (BT-139), its code (BT-140), or both.",
    "BR-CO-24": "A line charge has a reason (BT-144), its code (BT-145), or both.",
    "BR-CO-25": "An invoice with an amount due has a due date (BT-9) or payment terms (BT-20).",
    "BR-CO-26": "The seller has an identifier, a legal registration, or a VAT number (BT-29, BT-30, BT-31).",
    "BR-B-01": "Split payment (B) stands only on documents inside Italy.",
    "BR-B-02": "Split payment (B) and the standard rate (S) do not stand on one document.",
}
_ARITHMETIC = {
    "BR-CO-10": "The sum of the lines (BT-106) is the sum of their net amounts (BT-131).",
    "BR-CO-11": "The sum of allowances (BT-107) is the sum of the document's allowances (BT-92).",
    "BR-CO-12": "The sum of charges (BT-108) is the sum of the document's charges (BT-99).",
    "BR-CO-13": "The total without tax (BT-109) is lines − allowances + charges (BT-106, BT-107, BT-108).",
    "BR-CO-14": "The total tax (BT-110) is the sum of the tax of its categories (BT-117).",
    "BR-CO-15": "The total with tax (BT-112) is the total without tax plus the total tax (BT-109, BT-110).",
    "BR-CO-16": "The amount due (BT-115) is the total with tax − paid + rounding (BT-112, BT-113, BT-114).",
    "BR-CO-17": "A category's tax (BT-117) is its base × rate ÷ 100, rounded to two decimals (BT-116, BT-119).",
}
_DECIMALS = {
    "BR-DEC-01": "document allowance (BT-92)", "BR-DEC-02": "base of a document allowance (BT-93)",
    "BR-DEC-05": "document charge (BT-99)", "BR-DEC-06": "base of a document charge (BT-100)",
    "BR-DEC-09": "sum of the lines (BT-106)", "BR-DEC-10": "sum of allowances (BT-107)",
    "BR-DEC-11": "sum of charges (BT-108)", "BR-DEC-12": "total without tax (BT-109)",
    "BR-DEC-13": "total tax (BT-110)", "BR-DEC-14": "total with tax (BT-112)",
    "BR-DEC-15": "total tax in the accounting currency (BT-111)", "BR-DEC-16": "paid amount (BT-113)",
    "BR-DEC-17": "rounding amount (BT-114)", "BR-DEC-18": "amount due (BT-115)",
    "BR-DEC-19": "taxable amount (BT-116)", "BR-DEC-20": "tax of a category (BT-117)",
    "BR-DEC-23": "net amount of a line (BT-131)", "BR-DEC-24": "line allowance (BT-136)",
    "BR-DEC-25": "base of a line allowance (BT-137)", "BR-DEC-27": "line charge (BT-141)",
    "BR-DEC-28": "base of a line charge (BT-142)",
}  # fmt: skip
_CODES = {
    "BR-CL-01": "The type code (BT-3) is one of UNTDID 1001 for this kind of document.",
    "BR-CL-03": "The currency of an amount is one of ISO 4217.",
    "BR-CL-04": "The currency (BT-5) is one of ISO 4217.",
    "BR-CL-05": "The accounting currency (BT-6) is one of ISO 4217.",
    "BR-CL-06": "The tax point code (BT-8) is 3, 35 or 432 of UNTDID 2005.",
    "BR-CL-07": "The scheme of an invoiced object (BT-18, BT-128) is one of UNTDID 1153.",
    "BR-CL-08": "The subject of a note (BT-21) is one of UNTDID 4451.",
    "BR-CL-10": "The scheme of a party's identifier (BT-29, BT-46, BT-60) is one of ISO/IEC 6523.",
    "BR-CL-11": "The scheme of a legal registration (BT-30, BT-47, BT-61) is one of ISO/IEC 6523.",
    "BR-CL-13": "The scheme of an item's class (BT-158) is one of UNTDID 7143.",
    "BR-CL-14": "A country is a code of ISO 3166-1.",
    "BR-CL-15": "The country of origin (BT-159) is a code of ISO 3166-1.",
    "BR-CL-16": "The means of payment (BT-81) is one of UNTDID 4461.",
    "BR-CL-17": "A tax category (BT-95, BT-102, BT-118) is one of UNTDID 5305.",
    "BR-CL-18": "The tax category of a line (BT-151) is one of UNTDID 5305.",
    "BR-CL-19": "The reason code of an allowance (BT-98, BT-140) is one of UNTDID 5189.",
    "BR-CL-20": "The reason code of a charge (BT-105, BT-145) is one of UNTDID 7161.",
    "BR-CL-21": "The scheme of an item's standard identifier (BT-157) is one of ISO/IEC 6523.",
    "BR-CL-22": "The code of an exemption (BT-121) is one of the CEF VATEX list.",
    "BR-CL-23": "A unit (BT-130, BT-150) is one of UN/ECE Recommendations 20 and 21.",
    "BR-CL-24": "The type of an attached file (BT-125) is PDF, PNG, JPEG, CSV or a spreadsheet.",
    "BR-CL-25": "The scheme of an electronic address (BT-34, BT-49) is one of the CEF EAS list.",
    "BR-CL-26": "The scheme of a delivery location (BT-71) is one of ISO/IEC 6523.",
}
PEPPOL_FORMAT: Final = {
    "PEPPOL-EN16931-R001": "The document names its business process (BT-23).",
    "PEPPOL-EN16931-R002": "The document has at most one note (BT-22).",
    "PEPPOL-EN16931-R003": "The document has a buyer reference (BT-10) or an order number (BT-13).",
    "PEPPOL-EN16931-R004": "The specification (BT-24) is that of Peppol BIS Billing 3.",
    "PEPPOL-EN16931-R007": "The business process (BT-23) is urn:fdc:peppol.eu:2017:poacc:billing:NN:1.0.",
    "PEPPOL-EN16931-R008": "No element is empty.",
    "PEPPOL-EN16931-R010": "The buyer has an electronic address (BT-49).",
    "PEPPOL-EN16931-R020": "The seller has an electronic address (BT-34).",
    "PEPPOL-EN16931-R061": "Direct debit names its mandate (BT-89).",
    "PEPPOL-COMMON-R040": "A GLN (scheme 0088) is digits with a right check digit.",
    "PEPPOL-COMMON-R041": "A Norwegian organisation number (0192) is nine digits with a right check digit.",
    "PEPPOL-COMMON-R042": "A Danish organisation number (0184) is DK and eight digits.",
    "PEPPOL-COMMON-R043": "A Belgian enterprise number (0208) is ten digits with right check digits.",
    "PEPPOL-COMMON-R049": "A Swedish organisation number (0007) is ten digits with a right check digit.",
    "PEPPOL-COMMON-R050": "An Australian business number (0151) is eleven digits with right check digits.",
}
PEPPOL_ARITHMETIC: Final = {
    "PEPPOL-EN16931-R005": "The accounting currency (BT-6) is another one than the document's (BT-5).",
    "PEPPOL-EN16931-R040": "An allowance or charge given by percentage is base × percentage ÷ 100.",
    "PEPPOL-EN16931-R041": "An allowance or charge with a percentage has a base.",
    "PEPPOL-EN16931-R042": "An allowance or charge with a base has a percentage.",
    "PEPPOL-EN16931-R044": "A price is only reduced, never charged (BT-147).",
    "PEPPOL-EN16931-R046": "The net price is gross price − discount (BT-146, BT-147, BT-148).",
    "PEPPOL-EN16931-R051": "Every amount is in the document's currency (BT-5), but for the tax in accounting currency.",
    "PEPPOL-EN16931-R053": "Exactly one tax total has a break-down.",
    "PEPPOL-EN16931-R054": "A tax total without a break-down stands there only for an accounting currency, once.",
    "PEPPOL-EN16931-R055": "The tax in both currencies has the same sign (BT-110, BT-111).",
    "PEPPOL-EN16931-R110": "A line's period starts within the invoicing period.",
    "PEPPOL-EN16931-R111": "A line's period ends within the invoicing period.",
    "PEPPOL-EN16931-R120": "A line's net amount is quantity × net price ÷ base quantity + charges − allowances.",
    "PEPPOL-EN16931-R121": "A price's base quantity (BT-149) is above zero.",
    "PEPPOL-EN16931-R130": "A price's base quantity has the unit of the line's quantity.",
}
# By prefix of their rules: the code of the category and its name.
CATEGORIES: Final = {
    "S": ("S", "standard rate"), "Z": ("Z", "zero rate"), "E": ("E", "exempt"), "AE": ("AE", "reverse charge"),
    "IC": ("K", "intra-community supply"), "G": ("G", "export"), "O": ("O", "not subject to tax"),
    "AF": ("L", "IGIC"), "AG": ("M", "IPSI"),
}  # fmt: skip
RATED: Final = frozenset({"S", "AF", "AG"})
_NEED = {"AE": "the seller's tax number and the buyer's VAT or legal number", "G": "the seller's VAT number",
         "IC": "the VAT numbers of seller and buyer"}  # fmt: skip
_RATE = {"S": "above zero", "AF": "zero or above", "AG": "zero or above", "O": "absent"}


def _family(prefix: str) -> dict[str, str]:
    """Return the rules of one category; the nine families differ in a few words."""
    name = CATEGORIES[prefix][1]
    need = _NEED.get(prefix, "the seller's tax number")
    asks = "goes without any VAT number" if prefix == "O" else f"needs {need}"
    tax = "base × rate ÷ 100" if prefix in RATED else "zero"
    reason = "no reason of exemption" if prefix in {*RATED, "Z"} else "a reason of exemption or its code"
    times = "a break-down" if prefix in RATED else "exactly one break-down"
    rate = _RATE.get(prefix, "zero")
    which = "that category and rate" if prefix in RATED else "that category"
    texts = {
        "01": f"What is {name} has {times} of that category, and only then.",
        "02": f"A line with {name} {asks}.",
        "03": f"An allowance with {name} {asks}.",
        "04": f"A charge with {name} {asks}.",
        "05": f"The rate of a line with {name} is {rate}.",
        "06": f"The rate of an allowance with {name} is {rate}.",
        "07": f"The rate of a charge with {name} is {rate}.",
        "08": f"The base of {name} is lines + charges − allowances of {which}.",
        "09": f"The tax of {name} is {tax}.",
        "10": f"A break-down of {name} has {reason}.",
    }
    return {f"BR-{prefix}-{number}": text for number, text in texts.items()}


_FURTHER = {
    "BR-IC-11": "An intra-community supply has a delivery date (BT-72) or an invoicing period (BG-14).",
    "BR-IC-12": "An intra-community supply has a deliver-to country (BT-80).",
    "BR-O-11": "Beside a break-down that is not subject to tax there is no other.",
    "BR-O-12": "Where the document is not subject to tax, no line has another category.",
    "BR-O-13": "Where the document is not subject to tax, no allowance has another category.",
    "BR-O-14": "Where the document is not subject to tax, no charge has another category.",
}
_WARNINGS = frozenset({"BR-51"})


def _collect() -> dict[str, Rule]:
    decimals = {rule: f"The {what} has at most two decimals." for rule, what in _DECIMALS.items()}
    texts = {
        **_PRESENCE,
        **_ARITHMETIC,
        **decimals,
        **_CODES,
        **_FURTHER,
        **PEPPOL_FORMAT,
        **PEPPOL_ARITHMETIC,
    }
    for prefix in CATEGORIES:
        texts |= _family(prefix)
    return {
        rule: Rule(text, "warning" if rule in _WARNINGS else "fatal") for rule, text in sorted(texts.items())
    }


RULES: Final[dict[str, Rule]] = _collect()
