"""Settings of Celery. Results are not kept: what a task did stands in the database."""

from django.conf import settings

broker_url = settings.REDIS_URL
broker_connection_retry_on_startup = True
broker_transport_options = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2}
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = False
task_default_queue = "default"
task_serializer = "json"
accept_content = ["json"]
timezone = "UTC"
beat_schedule_filename = str(settings.VAR_DIR / "run" / "beat")
beat_schedule = {
    "seal the audit log": {
        "task": "apps.audit.tasks.seal_entries_task",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "make audit partitions": {"task": "apps.audit.tasks.make_partitions_task", "schedule": 6 * 3600.0},
    "ring for waiting jobs": {
        "task": "apps.jobs.tasks.sweep_jobs_task",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "tell endpoints": {
        "task": "apps.webhooks.tasks.sweep_deliveries_task",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "make recurring invoices": {"task": "apps.invoices.tasks.make_recurring_task", "schedule": 900.0},
    "forget old answers": {"task": "apps.tenancy.tasks.forget_answers_task", "schedule": 3600.0},
}
