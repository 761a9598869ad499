"""Celery: carries ids of rows and rings; PostgreSQL keeps what was promised."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from apps.core.heartbeat import WorkerHeartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bulkhead", task_cls="apps.core.tasks:ScopedTask")
app.config_from_object("config.celery_settings")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerHeartbeat)


@worker_init.connect
@beat_init.connect
def refuse_dangerous_roles(**_: object) -> None:
    """Keep a worker from starting under a database role that the walls do not hold."""
    from apps.tenancy import checks

    try:
        checks.refuse_dangerous_roles()
    except checks.DangerousRole as error:
        # Celery logs what a signal's receiver raises and goes on; only an exit stops it.
        raise SystemExit(str(error)) from error
