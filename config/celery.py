"""Celery: carries ids of rows and rings; PostgreSQL keeps what was promised."""

import os

from celery import Celery

from apps.core.heartbeat import WorkerHeartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bulkhead", task_cls="apps.core.tasks:ScopedTask")
app.config_from_object("config.celery_settings")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerHeartbeat)
