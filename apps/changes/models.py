"""How far each copy has come, its heartbeat, and which build of a copy a tenant reads."""

from django.db import models

from apps.core.scope import current_tenant_id

STATES = {"running": "Running", "building": "Building", "stopped": "Stopped"}


class Checkpoint(models.Model):
    """One projection's place in the stream of its database, written in the transaction of its effects.

    `lsn`: everything committed before it is in the copy. `passed_lsn`: how far the relay has read, which a
    stopped projection does not follow. `epoch` rises when a rebuild swaps builds. Locking this row holds the
    projection still.
    """

    projection = models.TextField(primary_key=True)
    state = models.TextField(choices=list(STATES.items()), default="building")
    lsn = models.BigIntegerField(default=0)
    passed_lsn = models.BigIntegerField(default=0)
    committed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    changes = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=0)
    problem = models.TextField(default="")
    cure = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="changes_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.projection} ({self.state})"


class Heartbeat(models.Model):
    """One row a database: touching it moves every checkpoint when nobody writes."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="changes_one_heartbeat"),
        ]

    def __str__(self) -> str:
        return f"{self.beat_at:%Y-%m-%d %H:%M:%S}"


class TenantCopy(models.Model):
    """Which build of a copy its tenant reads, and the last change of that tenant's rows in it.

    The build already holds what committed before `start_lsn`, which may be ahead of the projection.
    """

    pk = models.CompositePrimaryKey("tenant_id", "projection")
    tenant_id = models.UUIDField(default=current_tenant_id, editable=False)
    projection = models.TextField()
    build = models.IntegerField(default=0)
    start_lsn = models.BigIntegerField(default=0)
    lsn = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.projection} build {self.build}"
