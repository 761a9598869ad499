"""The door for the web server. It stays shut while a database role could walk through the walls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from apps.tenancy.checks import refuse_dangerous_roles  # noqa: E402 - needs the apps to be loaded

refuse_dangerous_roles()
