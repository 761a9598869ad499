"""Tells Django which admin site is ours; loaded before any model."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """Django admin with our site."""

    default_site = "apps.core.web.admin_site.HouseSite"
