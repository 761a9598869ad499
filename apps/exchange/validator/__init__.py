"""Check an electronic invoice: EN 16931 (business rules and code lists) and the arithmetic of Peppol BIS Billing 3."""

from apps.exchange.validator.checking import Profile, check
from apps.exchange.validator.finding import Finding, Severity

__all__ = ["Finding", "Profile", "Severity", "check"]
