"""Profiles: how the files of one source are read and which rules decide about their rows."""

from apps.core.errors import InputError
from apps.invoices.imports.profiles.contract import Profile
from apps.invoices.imports.profiles.online_retail import OnlineRetail

_PROFILES: dict[str, Profile] = {profile.name: profile for profile in (OnlineRetail(),)}


def get_profile(name: str) -> Profile:
    """Return a profile by name. Raises InputError that lists the known ones."""
    if name not in _PROFILES:
        raise InputError(
            f"There is no import profile “{name}”.",
            code="unknown_profile",
            field="profile",
            cure=f"Choose one of: {', '.join(_PROFILES)}.",
        )
    return _PROFILES[name]


def list_profiles() -> list[Profile]:
    """Return all profiles in the order in which they are offered."""
    return list(_PROFILES.values())


__all__ = ["Profile", "get_profile", "list_profiles"]
