"""Settings of the site: one file. What a machine decides comes from the environment; docs/settings.md lists it all."""

from pathlib import Path
from typing import Any

import structlog
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from portfolio_site import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("BALLAST_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = False
HTTPS = environment.flag("HTTPS", default=False)
ALLOWED_HOSTS = [*environment.names("ALLOWED_HOSTS", default=[]), "127.0.0.1", "localhost"]
SECRET_KEY = environment.text("SECRET_KEY", default="")
if HTTPS and not (SECRET_KEY and ALLOWED_HOSTS[:-2]):
    raise ImproperlyConfigured("HTTPS=1 is a public site: set SECRET_KEY and ALLOWED_HOSTS too")
SECRET_KEY = SECRET_KEY or environment.local_secret(VAR_DIR / "secret-key")
DEMO = environment.flag("DEMO", default=False)  # whether anybody may open the demo household

# What the site is made of

INSTALLED_APPS = [
    "portfolio_site",
    "accounts",
    "holdings",
    "optimizer",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "portfolio_site.security.headers",
    "portfolio_site.security.refuse_large_bodies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "portfolio_site.urls"
WSGI_APPLICATION = "portfolio_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portfolio_site.context.bar",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"

# Database, cache and broker: files in var/ by default, PostgreSQL and Redis by their URLs

DATABASES = {"default": environment.database("DATABASE_URL", sqlite_file=VAR_DIR / "ballast.sqlite3")}
CELERY_BROKER_URL = environment.url(
    "CELERY_BROKER_URL",
    default=f"embedded+sqlite:///{VAR_DIR / 'broker.sqlite3'}",
    schemes=("embedded", "redis", "rediss"),
)
EMBEDDED_BROKER = CELERY_BROKER_URL.startswith("embedded")
REDIS_PREFIX = environment.text("REDIS_PREFIX", default="ballast:")
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
    if EMBEDDED_BROKER
    else {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.url("CACHE_URL", default=CELERY_BROKER_URL, schemes=("redis", "rediss")),
        "KEY_PREFIX": f"{REDIS_PREFIX}cache",
    }
}

# Prices and rates: where the sources are, and what they ask for

STOOQ_URL = environment.text("STOOQ_URL", default="https://stooq.com/q/d/l/")
STOOQ_API_KEY = environment.text("STOOQ_API_KEY", default="")
ECB_URL = environment.text("ECB_URL", default="https://www.ecb.europa.eu/stats/eurofxref")
FRED_API_URL = environment.text("FRED_API_URL", default="https://api.stlouisfed.org/fred/series/observations")
FRED_GRAPH_URL = environment.text("FRED_GRAPH_URL", default="https://fred.stlouisfed.org/graph/fredgraph.csv")
FRED_API_KEY = environment.text("FRED_API_KEY", default="")
FEED_PAUSE_SECONDS = environment.number("FEED_PAUSE_SECONDS", default=2)  # between two requests to one source
FEED_HOUR = environment.number("FEED_HOUR", default=22)  # UTC, when every series is asked for what is new

# Workers

LEASE_SECONDS = environment.number("LEASE_SECONDS", default=30)  # a worker silent for so long has lost its run
SITE_URL = environment.text("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")  # in front of links in e-mails
DIGEST_HOUR = environment.number("DIGEST_HOUR", default=7)  # UTC, when daily e-mails of alerts go out
WEBHOOK_PRIVATE = environment.flag("WEBHOOK_PRIVATE", default=False)  # whether webhooks may reach private networks
TIMING_SECONDS = environment.number("TIMING_SECONDS", default=600)  # between two looks for unchecked households
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "batch"
WATCHES = ("optimizer.watch", "optimizer.judge", "optimizer.alerts", "optimizer.deliver")
"""Short, and never to wait behind a walk-forward."""
CELERY_TASK_ROUTES = {
    name: {"queue": "interactive"}
    for name in (
        "optimizer.run",
        "optimizer.typeset",
        "holdings.run",
        "optimizer.sweep",
        "holdings.sweep_stale",
        *WATCHES,
    )
}
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not EMBEDDED_BROKER  # the pings of health checks in production
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"connect_args": {"timeout": 20}}
    if EMBEDDED_BROKER
    else {"global_keyprefix": REDIS_PREFIX, "socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0}
)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "optimizer.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "sweep-valuations": {"task": "holdings.sweep_stale", "schedule": 60.0, "options": {"expires": 60}},
    "timing": {
        "task": "optimizer.timing",
        "schedule": float(TIMING_SECONDS),
        "options": {"expires": TIMING_SECONDS},
    },
    "evidence": {
        "task": "optimizer.evidence_daily",
        "schedule": float(TIMING_SECONDS),
        "options": {"expires": TIMING_SECONDS},
    },
    "watch": {
        "task": "optimizer.watch",
        "schedule": float(TIMING_SECONDS),
        "options": {"expires": TIMING_SECONDS},
    },
    "alerts": {
        "task": "optimizer.alerts",
        "schedule": float(TIMING_SECONDS),
        "options": {"expires": TIMING_SECONDS},
    },
    "deliver": {"task": "optimizer.deliver", "schedule": 60.0, "options": {"expires": 60}},
    "nightly-feeds": {"task": "holdings.nightly", "schedule": crontab(hour=FEED_HOUR, minute=0)},
}

# People: sign-up, sign-in, sessions

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if environment.text("EMAIL_URL", default="") else "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Ballast: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ballast"
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "optional"  # where no mail goes out, none can be confirmed
globals().update(environment.email("EMAIL_URL", folder=VAR_DIR / "mail"))
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default="ballast@localhost")

# What a browser is told and what it may send; the content security policy stands in security.py

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^livez$"]
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # the owner of a domain asks for HSTS preload, not the app
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # the proxy in front must set or strip it
MAX_BODY_BYTES = environment.number("MAX_BODY_BYTES", default=22_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Static files: ours, htmx out of django-htmx and plotly.js out of plotly

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portfolio_site.assets.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "media"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# The API: JSON only, described by its schema file

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "600/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ballast",
    "DESCRIPTION": "Households, holdings, policies and proposals. Decision support, not advice; no order is placed.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.add_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "accounts.models.run.Run.Status",
        "ProposalStatus": "optimizer.models.proposal.Proposal.Status",
        "OrderStatus": "optimizer.models.order.Order.Status",
        "ImportStatus": "holdings.models.imports.Import.Status",
        "TransactionOrigin": "holdings.models.transaction.Transaction.Origin",
        "OwnPriceOrigin": "holdings.models.price.HouseholdPrice.Origin",
        "ImportRowStatus": "holdings.models.imports.ImportRow.Status",
        "StatementKind": "holdings.models.statement.Statement.Kind",
        "DifferenceKind": "holdings.models.statement.Difference.Kind",
        "TransactionKind": "holdings.models.transaction.Transaction.Kind",
        "BrokerageAccountKind": "holdings.models.account.BrokerageAccount.Kind",
        "EvidenceKind": "optimizer.models.evidence.Evidence.Kind",
    },
}

# Logs: one JSON object a line on stderr; ids and verbs, no names, addresses or amounts

structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
