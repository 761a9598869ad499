"""Django's settings. Values from outside come through `config.env`, checked."""

from importlib.resources import files

from apps.changes.published import PUBLISHED_COLUMNS as _published
from config.databases import all_databases, replica_of
from config.env import ROOT, databases, environment

_env = environment()

DEBUG = _env.debug
SECRET_KEY = _env.secret_key
ALLOWED_HOSTS = _env.allowed_hosts
CSRF_TRUSTED_ORIGINS = [_env.public_url]
PUBLIC_URL = _env.public_url
VAR_DIR = _env.var_dir
CONTEXT_KEYS = _env.context_keys
FIELD_KEY = _env.field_key
AUDIT_SIGNING_KEY = _env.audit_signing_key
REDIS_URL = _env.redis_url
WEBHOOKS_PRIVATE_TARGETS = _env.webhooks_private_targets

INSTALLED_APPS = [
    "apps.core",
    "apps.audit",
    "apps.tenancy",
    "apps.jobs",
    "apps.parties",
    "apps.catalog",
    "apps.documents",
    "apps.ledger",
    "apps.exchange",
    "apps.settlement",
    "apps.approvals",
    "apps.orders",
    "apps.invoices",
    "apps.bills",
    "apps.payments",
    "apps.changes",
    "apps.readmodels",
    "apps.webhooks",
    "apps.demo",
    "apps.console",
    "unfold.apps.BasicAppConfig",
    "apps.core.web.admin_config.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "apps.core.web.middleware.RequestScope",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.web.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.web.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "apps.tenancy.web.middleware.TenantOfSession",
    "apps.core.web.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.console.context.frame",
            ],
        },
    },
]

DATABASES = all_databases()
DATABASE_ROUTERS = ["apps.core.db.ScopeRouter"]
# Each database that holds books, with its replica's alias.
BOOK_DATABASES = {alias: replica_of(alias) for alias in databases()}
RELAY_URLS = {
    alias: urls.relay_database_url for alias, urls in databases().items() if urls.relay_database_url
}
# What may leave through the event stream; `lint_walls` compares it with the publications.
PUBLISHED_COLUMNS = _published
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Codes used up at sign-in and counts of failed attempts are promises, so they are kept in PostgreSQL.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tenancy_signincache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Redis may vanish: what is lost with it costs speed, never an answer.
    "redis": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.3, "SOCKET_TIMEOUT": 0.5},
    },
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.tenancy.web.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Wrong passwords of one person are counted by axes, which shows a page of its own; here only by address.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bulkhead"
# Nobody signs up alone: an admin invited the address, so a second factor need not wait for its confirmation.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ONLY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_TEMP_DIR = None
# A document of 5,000 lines with six fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000
# Bodies are refused by their length before anything of them is read; only an import may be large.
IMPORT_UPLOAD_BYTES = 1_000_000_000
BODY_BYTES = 8_000_000
FILE_UPLOAD_BYTES = 20 * 1024 * 1024
# By address; * stands for anything.
LARGE_BODIES = {
    "/invoices/imports/new": IMPORT_UPLOAD_BYTES + 1_000_000,
    "/e-invoices/": FILE_UPLOAD_BYTES + 1_000_000,
    "*/files": FILE_UPLOAD_BYTES + 1_000_000,
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [ROOT / "static", ("vendor/plotly", str(files("plotly") / "package_data"))]
# `prepare_static` gathers and compresses the files at the first start; without it they come from where they lie.
_GATHERED = (STATIC_ROOT / ".gathered").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _GATHERED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _GATHERED
WHITENOISE_AUTOREFRESH = DEBUG and not _GATHERED
MEDIA_ROOT = VAR_DIR / "media"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.tenancy.api.authentication.ApiKeyAuthentication",
        "apps.tenancy.api.authentication.TokenAuthentication",
        "apps.tenancy.api.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.tenancy.api.permissions.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.HouseSchema",
    "EXCEPTION_HANDLER": "apps.core.api.problems.render_problem",
    "DEFAULT_THROTTLE_CLASSES": ["apps.tenancy.api.throttles.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": "1200/min", "tenant": "6000/min", "address": "120/min"},
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bulkhead API",
    "DESCRIPTION": "Invoices, customers and products of a tenant. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": None,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    # Choices stand where they are used: many records have a state, and no two the same ones.
    "POSTPROCESSING_HOOKS": [],
}
SIMPLE_JWT = {"SIGNING_KEY": SECRET_KEY, "UPDATE_LAST_LOGIN": False}

UNFOLD = {"SITE_TITLE": "Bulkhead", "SITE_HEADER": "Bulkhead", "SITE_URL": "/"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "WARNING"}},
}
