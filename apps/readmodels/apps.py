from django.apps import AppConfig


class ReadmodelsConfig(AppConfig):
    name = "apps.readmodels"
    label = "readmodels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the copies known to the relay."""
        from apps.changes.projections import register
        from apps.readmodels.projections import Revenue

        register(Revenue())
