"""Django settings, derived from the environment (environment.py); nothing here is meant to be edited."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from annexa.config import email, environment, keys
from annexa.lib.database import embedded

ENVIRONMENT = environment.read()
PACKAGE = Path(__file__).resolve().parents[1]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "prepare_threshold" in options:  # a pooler that keeps no statements wants none
        options["prepare_threshold"] = int(str(options["prepare_threshold"]) or 0) or None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or options.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Prepared statements: planning a join under row security costs PostgreSQL three times what running it does.
        "OPTIONS": {"options": "-c TimeZone=UTC", "server_side_binding": True, "prepare_threshold": 5, **options},
    }


_server = embedded.Embedded(ENVIRONMENT.home)
DATABASES = {"default": _database(ENVIRONMENT.database_url or _server.url(embedded.APPLICATION))}
# The owner migrates, dumps and builds the demo; nothing that serves a request connects with it.
DATABASE_OWNER = _database(ENVIRONMENT.database_owner_url or _server.url(embedded.OWNER))

SECRET_KEY = keys.secret_key(ENVIRONMENT.home, ENVIRONMENT.secret_key)
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
FILES = ENVIRONMENT.home / "files"
BASE_URL = ENVIRONMENT.base_url
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts, urlsplit(BASE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ALLOW_PRIVATE_OIDC = ENVIRONMENT.allow_private_oidc
SERVER_TIMING = ENVIRONMENT.server_timing
DEBUG = False

INSTALLED_APPS = [
    "annexa.activity",
    "annexa.jobs",
    "annexa.organizations",
    "annexa.tasks",
    "annexa.webhooks",
    "annexa.catalog",
    "annexa.isms",
    "annexa.assets",
    "annexa.risks",
    "annexa.treatment",
    "annexa.evidence",
    "annexa.records",
    "annexa.api",
    "annexa.ui",
    "annexa.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "annexa.web.observing.observe",
    "annexa.web.middleware.server_timing",
    "django.middleware.security.SecurityMiddleware",
    "annexa.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "annexa.api.middleware.ApiMiddleware",
    "annexa.web.middleware.OrganizationMiddleware",
]
ROOT_URLCONF = "annexa.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(PACKAGE.glob("web/*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "annexa.web.shell.context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "annexa.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "annexa.ui.forms.Renderer"

AUTH_USER_MODEL = "organizations.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "annexa.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by e-mail; there is no open sign-up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # such a mail would invite to sign up
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"add_email": "annexa.web.account.forms.AddressForm"}
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one counts once its owner has confirmed it
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password, address or second factor is mailed to whom it concerns
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Annexa: "
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
SOCIALACCOUNT_LOGIN_ON_GET = True  # what leads there is our own page; it only begins a sign-in
SOCIALACCOUNT_ADAPTER = "annexa.web.account.single_sign_on.Adapter"
MFA_ADAPTER = "annexa.web.account.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts come by invitation; a change of address under way is no reason to refuse
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "annexa.web.account.forms.AddPasskeyForm",
    "edit_webauthn": "annexa.web.account.forms.RenamePasskeyForm",
    "login_webauthn": "annexa.web.account.forms.PasskeyLoginForm",
    "authenticate_webauthn": "annexa.web.account.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "annexa.web.account.forms.PasskeyAgainForm",
}
MFA_TOTP_ISSUER = "Annexa"
MFA_TOTP_TOLERANCE = 1  # telephones whose clock is half a minute off still get in
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "annexa.web.errors.csrf_failure"
# Only over HTTPS: whoever reached this host safely once is not sent back to plain HTTP for a year.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BASE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Shared by all processes, so that lock-out counts hold wherever a request lands; large enough that nobody can push
# another account's count out of it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "annexa_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = sorted(PACKAGE.glob("web/*/static"))
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "annexa.ui.storage.Storage"},
}
WHITENOISE_USE_FINDERS = False

EMAIL_BACKEND, EMAIL_OPTIONS = email.backend(ENVIRONMENT.email_url, ENVIRONMENT.home)
for _name, _value in EMAIL_OPTIONS.items():
    globals()[_name] = _value
# Signed heads of the trail; an operator points this at another machine's disk.
CHECKPOINTS = Path(ENVIRONMENT.checkpoints or ENVIRONMENT.home / "checkpoints")
CHECKPOINT_MAIL = ENVIRONMENT.checkpoint_mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an e-mail address is unique by a constraint over its lower case
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "annexa.config.logs.Formatter",
            "fmt": "{asctime} {levelname} {name} {trace} {message}",
            "style": "{",
        },
        "json": {"()": "annexa.config.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "annexa": {"level": "INFO"},
        "annexa.request": {"level": "INFO" if ENVIRONMENT.log_requests else "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}
