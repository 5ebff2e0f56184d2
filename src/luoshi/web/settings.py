"""Django settings. Everything that differs between places comes from the environment (docs/operations.md)."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF

from luoshi.web import database
from luoshi.web.observe import logs

HOME = database.home()
PACKAGE = Path(__file__).resolve().parent
DEMO = os.environ.get("LUOSHI_DEMO") == "1"
DEBUG = False


def _secret_key() -> str:
    """LUOSHI_SECRET_KEY, or one made at the first start and kept in the home folder, readable by the owner only."""
    given = os.environ.get("LUOSHI_SECRET_KEY")
    if given:
        return given
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _keys() -> str:
    """LUOSHI_KEYS, or a ring of one key made at the first start and kept in the home folder (docs/security.md)."""
    given = os.environ.get("LUOSHI_KEYS")
    if given:
        return given
    path = HOME / "keys"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=HOME, prefix="keys-")  # readable by the owner only
        with os.fdopen(handle, "w") as file:
            file.write(f"1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n")
        with contextlib.suppress(FileExistsError):  # another process was first: its ring holds
            os.link(made, path)
        Path(made).unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
KEYS = _keys()
ALLOWED_HOSTS = os.environ.get("LUOSHI_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("LUOSHI_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("LUOSHI_HTTPS") == "1"
TRUSTED_PROXIES = int(
    os.environ.get("LUOSHI_PROXIES", "0")
)  # own reverse proxies in front, that add X-Forwarded-For

JURISDICTION = os.environ.get("LUOSHI_JURISDICTION", "sanmenxia")
RULEBOOK = os.environ.get("LUOSHI_RULEBOOK", "sanmenxia")
RULE_EDITION_SECONDS = 5.0  # how long a process may go on without asking for changed rules
RULEBOOK_ON_TRIAL = os.environ.get("LUOSHI_RULEBOOK_ON_TRIAL", "") == "1"  # its drafts hold as if in force
# functions that this place does without: their pages and menu lines are not there
WITHOUT = frozenset(name for name in os.environ.get("LUOSHI_WITHOUT", "").split(",") if name)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "luoshi.organisation",
    "luoshi.ledger",
    "luoshi.rulemaking",
    "luoshi.agenda",
    "luoshi.supervision",
    "luoshi.knowledge",
    "luoshi.hotline",
    "luoshi.assessment",
    "luoshi.rounds",
    "luoshi.targets",
    "luoshi.meetings",
    "luoshi.decisions",
    "luoshi.documents",
    "luoshi.appointments",
    "luoshi.search",
    "luoshi.overview",
    "luoshi.inbox",
    "luoshi.administration",
    "luoshi.api",
    "luoshi.retention",
    "luoshi.web",
]
MIDDLEWARE = [
    "luoshi.web.observe.middleware.Observe",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "luoshi.web.errors.Maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luoshi.organisation.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "luoshi.web.middleware.BackToWorklist",
    "luoshi.web.middleware.ReadOnce",
    "luoshi.web.middleware.PolicyGate",
]
ROOT_URLCONF = "luoshi.web.urls"
WSGI_APPLICATION = "luoshi.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "luoshi.web.context.shell",
            ],
            "builtins": ["luoshi.web.templatetags.luoshi"],
        },
    }
]

FORM_RENDERER = "luoshi.web.forms.Renderer"

DATABASES = {"default": database.parse_url(database.database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["luoshi.organisation.backends.LockoutBackend"]
PASSWORD_HASHERS = ["luoshi.organisation.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
LOCKOUT_FAILURES = 5
LOCKOUT_MINUTES = 15
SESSION_IDLE_MINUTES = int(os.environ.get("LUOSHI_SESSION_IDLE_MINUTES", "60"))
SESSION_MAX_HOURS = int(os.environ.get("LUOSHI_SESSION_MAX_HOURS", "12"))
SESSIONS_PER_USER = int(os.environ.get("LUOSHI_SESSIONS_PER_USER", "3"))  # 1: a log-in ends the one before
CONFIRM_MINUTES = 15  # so long a log-in does for what hurts (organisation.access.page, fresh)
SECOND_FACTOR_MINUTES = 5  # so long the second step of a log-in waits for its code
SECOND_FACTOR_ROLES = frozenset(
    role
    for role in os.environ.get("LUOSHI_SECOND_FACTOR_ROLES", "administrator,security_officer,auditor").split(
        ","
    )
    if role
)
SITE_NAME = "落实"
ROW_SECURITY = os.environ.get("LUOSHI_ROW_SECURITY", "1") == "1"  # the second line in the database (ADR 16)
SESSION_ENGINE = "luoshi.organisation.browser_sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "attachments"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024

# Messages to people leave through the outbox. Without a gateway they go to a sink that one reads in the browser.
SMS_GATEWAY_URL = os.environ.get("LUOSHI_SMS_URL", "")
SMS_GATEWAY_TOKEN = os.environ.get("LUOSHI_SMS_TOKEN", "")
OUTBOX_MAX_ATTEMPTS = 8
OUTBOX_WAKE = True

LOGGING = logs.config(
    form=os.environ.get("LUOSHI_LOG_FORMAT", "line"),
    level=os.environ.get("LUOSHI_LOG_LEVEL", "WARNING"),
    requests=os.environ.get("LUOSHI_LOG_REQUESTS", "") == "1",
)
SLOW_STATEMENT_MS = float(os.environ.get("LUOSHI_SLOW_MS", "500"))
API_CALLS = int(os.environ.get("LUOSHI_API_CALLS", "3000"))  # of one token, in ten minutes
METRICS_TOKEN = os.environ.get("LUOSHI_METRICS_TOKEN", "")
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
