"""Tenants, people, memberships, what roles may do, API keys, and the answers kept for idempotent requests."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.fields import EncryptedTextField
from apps.core.ids import new_id
from apps.core.models import TenantModel
from apps.tenancy.permissions import ROLE_LABELS


class Tenant(models.Model):
    """A company that keeps its books here. `database` is the alias its books live under."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False, db_column="tenant_id")
    slug = models.SlugField(max_length=40, unique=True)
    name = models.TextField()
    currency = models.CharField(max_length=3)
    country_code = models.CharField(max_length=2)
    time_zone = models.TextField(default="UTC")
    locale = models.TextField(default="en")
    database = models.TextField(default="default")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Find people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do in a tenant stands in their membership."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    # Set by the middleware for the tenant that is open; a user outside a request may do nothing.
    granted: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens for this person in the open tenant."""
        return "members.manage" in self.granted or "audit.read" in self.granted

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the permissions of a role."""
        return False

    def has_perm(self, permission: str, _obj: Any = None) -> bool:
        """Say whether the role in the open tenant grants a permission."""
        return self.is_active and permission in self.granted

    def has_perms(self, permissions: list[str], _obj: Any = None) -> bool:
        """Say whether the role grants all of them."""
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether the admin shows an app."""
        return self.is_active and bool(self.granted)


class Membership(TenantModel):
    """A person's role in a tenant."""

    user = models.ForeignKey(User, models.CASCADE, db_constraint=False, related_name="+")
    role = models.TextField(choices=list(ROLE_LABELS.items()))
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "user"], condition=Q(ended_at=None), name="tenancy_one_membership"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class RolePermission(TenantModel):
    """One cell of a tenant's permission matrix: the role has the permission while the row is there."""

    role = models.TextField(choices=list(ROLE_LABELS.items()))
    permission = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "role", "permission"], name="tenancy_one_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"


class ApiKey(TenantModel):
    """A key for programs. Only a digest is kept; `prefix` lets a person tell keys apart."""

    name = models.TextField()
    prefix = models.TextField()
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.TextField())
    customer_id = models.UUIDField(null=True, blank=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "digest"], name="tenancy_one_digest"),
        ]
        indexes = [models.Index(fields=["digest"], name="tenancy_apikey_digest")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotentAnswer(TenantModel):
    """The answer given to a request with an Idempotency-Key, written in the transaction of its effect.

    Its rows stand in the database of the tenant's books, unlike the rest of this app.
    """

    beside_books = True

    principal_id = models.UUIDField()
    key = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    body = models.JSONField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "principal_id", "key"], name="tenancy_one_answer"),
        ]
        indexes = [models.Index(fields=["tenant_id", "created_at"], name="tenancy_answer_age")]

    def __str__(self) -> str:
        return self.key

    def place_of_body(self) -> dict[str, Any]:
        """Return where the body's ciphertext stands."""
        return {
            "tenant_id": self.tenant_id,
            "table": self._meta.db_table,
            "column": "body",
            "row_id": self.id,
        }


class RowFile(TenantModel):
    """A file of rows that somebody sent: first what it would do, after their word what it did.

    What it holds is ciphertext, because rows name people; once it is done, only the refused rows are kept of it.
    """

    beside_books = True

    kind = models.TextField()
    name = models.TextField()
    state = models.TextField(choices=[("checked", "Checked"), ("running", "Running"), ("done", "Done")])
    content = EncryptedTextField(default="", blank=True)
    refused = EncryptedTextField(default="", blank=True)
    problems = EncryptedTextField(default="", blank=True)
    created_rows = models.IntegerField(default=0)
    changed_rows = models.IntegerField(default=0)
    same_rows = models.IntegerField(default=0)
    refused_rows = models.IntegerField(default=0)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["checked", "running", "done"]), name="tenancy_rowfile_state"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "kind", "created_at"], name="tenancy_rowfile_newest")]

    def __str__(self) -> str:
        return self.name
