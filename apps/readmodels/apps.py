from django.apps import AppConfig


class ReadmodelsConfig(AppConfig):
    name = "apps.readmodels"
    label = "readmodels"
    default_auto_field = "django.db.models.BigAutoField"
