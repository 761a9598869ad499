"""Settings, addresses, entry points. Loading it names the Celery app that tasks belong to."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
