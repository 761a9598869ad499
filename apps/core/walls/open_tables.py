"""Tables that belong to no tenant, each with its reason. `lint_walls` refuses any other."""

IDENTITY = "people are global; which tenants they enter is behind the wall"
FRAMEWORK = "bookkeeping of the framework, without business data"

OPEN_TABLES = {
    "django_migrations": FRAMEWORK,
    "django_content_type": FRAMEWORK,
    "django_admin_log": "stays empty: the audit log records what people change in the admin",
    "auth_permission": FRAMEWORK,
    "auth_group": FRAMEWORK,
    "auth_group_permissions": FRAMEWORK,
    "django_session": "sessions exist before a tenant is chosen; keys are random and unguessable",
    "tenancy_user": IDENTITY,
    "tenancy_signincache": "codes used and attempts counted at sign-in, before a tenant is open",
    "account_emailaddress": IDENTITY,
    "account_emailconfirmation": IDENTITY,
    "mfa_authenticator": IDENTITY,
    "socialaccount_socialaccount": IDENTITY,
    "socialaccount_socialapp": IDENTITY,
    "socialaccount_socialtoken": IDENTITY,
    "usersessions_usersession": IDENTITY,
    "axes_accessattempt": "lock-out counts by address and name, before anyone is known",
    "axes_accesslog": "lock-out counts by address and name, before anyone is known",
    "axes_accessfailurelog": "lock-out counts by address and name, before anyone is known",
    "axes_accessattemptexpiration": "lock-out counts by address and name, before anyone is known",
    "changes_checkpoint": "how far each copy of the whole database has come; holds no rows of a tenant",
    "changes_heartbeat": "one row a database, the moment of the last heartbeat",
}
