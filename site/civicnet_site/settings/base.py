"""What every deployment shares. The environment decides the rest (django-environ)."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

import civicnet
from civicnet.lifecycle.loading import installed_apps

from .security import *
from .sign_in import *
from .uploads import *

env = environ.Env()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
# State lives under CIVICNET_VAR: the database, uploads, collected files. A checkout keeps it in var/.
VAR_DIR = Path(env.str("CIVICNET_VAR", default=str(Path.cwd() / "var"))).resolve()

# strict: a plugin that cannot load stops the start. quarantine: the host starts without it and says so. safe: no plugin is
# loaded, to repair what is left. See docs/explanation/plugins-at-start.md.
CIVICNET_LOAD_POLICY = env.str("CIVICNET_LOAD_POLICY", default="quarantine")
# How long a plugin's module, its ready(), or any other step of the start may take before it is taken for hanging.
CIVICNET_PREFLIGHT_SECONDS = env.float("CIVICNET_PREFLIGHT_SECONDS", default=60)

INSTALLED_APPS = [
    "civicnet_site",
    *SIGN_IN_APPS,
    "civicnet.cipher",
    "civicnet.ledger",
    "civicnet.access",
    "civicnet.delivery",
    "civicnet.workdays",
    *installed_apps(policy=CIVICNET_LOAD_POLICY, var=VAR_DIR, seconds=CIVICNET_PREFLIGHT_SECONDS),
    "civicnet.exchange",
    "civicnet.gateway",
    "civicnet.records",
    "civicnet.console",
    "civicnet.testing",
    # After the plugins: it registers their hooks once their models are ready.
    "civicnet.lifecycle",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "oauth2_provider",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "civicnet.console.wagtail_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
]

MIDDLEWARE = [
    "civicnet_site.process.ProcessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "civicnet_site.content_policy.ContentPolicyMiddleware",
    "civicnet.ledger.origin.OriginMiddleware",
    # Before the snapshot, which is read along with a key.
    "civicnet.access.looking_up.KeyMiddleware",
    "civicnet.lifecycle.gate.SnapshotMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "civicnet_site.sign_in.idle.IdleMiddleware",
    "civicnet_site.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "civicnet.console.content_gate.ContentGateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "civicnet_site.urls"
WSGI_APPLICATION = "civicnet_site.wsgi.application"
AUTH_USER_MODEL = "civicnet_access.User"
LOGIN_URL = "desk_sign_in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "civicnet_site.themes.theme",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'civicnet.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE, a transaction that reads first and writes later fails at once when another process wrote between.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A bulk write touches more pages than SQLite's own limits let stay in memory, or in the log, until its commit.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=67108864; "
        "PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=4000;",
    }
# After how many seconds PostgreSQL ends a statement; 0: never. `civicnet serve` sets it for the processes that answer requests,
# and for them alone: commands and background work may take longer.
CIVICNET_STATEMENT_SECONDS = env.float("CIVICNET_STATEMENT_SECONDS", default=0)
if CIVICNET_STATEMENT_SECONDS and DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c statement_timeout={round(CIVICNET_STATEMENT_SECONDS * 1000)}"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where background work waits: in the database, or with Celery at this broker (redis://…). See docs/howto/celery.md.
CIVICNET_TASKS = env.str("CIVICNET_TASKS", default="database")
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if CIVICNET_TASKS == "database"
        else "civicnet_site.celery_backend.CeleryBackend",
        "QUEUES": ["default", "exchange"],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "civicnet_language"
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", _("Simplified Chinese"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# Front-end libraries are installed there by requirements/web/install.py, never copied into the repository.
VENDOR_DIR = VAR_DIR / "vendor"
STATICFILES_DIRS = [path for path in [VENDOR_DIR] if path.is_dir()]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
# Folders that channels of articles write for sites that take files; shared where several machines send. Never served.
CIVICNET_CHANNEL_FOLDER = Path(env.str("CIVICNET_CHANNEL_FOLDER", default=str(VAR_DIR / "channels")))
# The font that approval sheets as PDF carry with them: a file with TrueType outlines. Empty: the first that Debian's packages
# of Chinese fonts have put here, or else each reader's own. See docs/howto/review-articles.md.
CIVICNET_PDF_FONT = env.str("CIVICNET_PDF_FONT", default="")
# Uploads for import hold personal data: outside MEDIA_ROOT, never served.
CIVICNET_UPLOAD_ROOT = VAR_DIR / "uploads"
# What `civicnet plugins uninstall` took out, to be kept as carefully as the database, and restored from.
CIVICNET_ARCHIVE_ROOT = VAR_DIR / "archives"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": CIVICNET_UPLOAD_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# The second holds what Wagtail's own catalogue leaves in English, or says in words no editor uses.
LOCALE_PATHS = [Path(civicnet.__file__).parent / "locale", PACKAGE_DIR / "wording" / "locale"]

WAGTAIL_SITE_NAME = "治理一张网"
WAGTAILADMIN_BASE_URL = env.str("CIVICNET_BASE_URL", default="http://127.0.0.1:8000")
WAGTAILADMIN_USER_LOGIN_FORM = "civicnet.console.forms.LoginForm"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One zone, one clock: a choice of some six hundred would only let people read dates differently.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "civicnet_publicity.finishing.publish_reviewed"
# Texts are searched in the database, unless servers of OpenSearch are named: their addresses, between commas.
_SEARCH_SERVERS = env.list("CIVICNET_OPENSEARCH_URLS", default=[])
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "civicnet.search.backends.opensearch", "URLS": _SEARCH_SERVERS, "INDEX_PREFIX": "civicnet_"}
    if _SEARCH_SERVERS
    else {"BACKEND": "civicnet.search.backends"}
}
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST, EMAIL_PORT = env.str("EMAIL_HOST", default="localhost"), env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    env.str("EMAIL_HOST_USER", default=""),
    env.str("EMAIL_HOST_PASSWORD", default=""),
)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="civicnet@localhost")
# A mail server that does not answer holds nobody up for longer.
EMAIL_TIMEOUT = 10

# Whole phone and ID numbers one person may be shown within an hour; more than that is an export, and takes a second person.
CIVICNET_REVEALS_PER_HOUR = env.int("CIVICNET_REVEALS_PER_HOUR", default=30)

# Networks of our own proxies. Only from them is X-Forwarded-For believed; see civicnet/contract/addresses.py.
CIVICNET_TRUSTED_PROXIES = env.list("CIVICNET_TRUSTED_PROXIES", default=[])

# The audit's witness outside the database, best on another disk; an empty value switches it off. See docs/explanation/audit.md.
CIVICNET_AUDIT_CHECKPOINTS = env.str("CIVICNET_AUDIT_CHECKPOINTS", default=str(VAR_DIR / "checkpoints"))
# What the law and the city keep audit records for. Nothing deletes them by itself; fewer than 180 days are refused.
CIVICNET_AUDIT_RETENTION_DAYS = env.int("CIVICNET_AUDIT_RETENTION_DAYS", default=1095)
# Whether the triggers that protect the ledger have a door for emptying test databases. Never outside tests.
CIVICNET_LEDGER_GATE = False

# PostgreSQL prepares what the gateway asks often. Off for a pool between us and it that does not carry prepared statements.
CIVICNET_PREPARED_STATEMENTS = env.bool("CIVICNET_PREPARED_STATEMENTS", default=True)
# Whether a GraphQL request that runs one statement again and again is warned of; None follows DEBUG.
CIVICNET_WARN_REPEATS = env.bool("CIVICNET_WARN_REPEATS", default=None)
# Refused calls an address is answered in a minute before it is told to wait, and tokens a client may fetch in one.
CIVICNET_REFUSALS_PER_MINUTE = env.int("CIVICNET_REFUSALS_PER_MINUTE", default=30)
CIVICNET_TOKENS_PER_MINUTE = env.int("CIVICNET_TOKENS_PER_MINUTE", default=30)
# OAuth2 client credentials, beside API keys: the token endpoint, and tokens at every door where keys are taken.
CIVICNET_OAUTH2 = env.bool("CIVICNET_OAUTH2", default=True)
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    # Knows client credentials and no other grant; whatever else the toolkit could do is not mounted, and shut below.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "civicnet.access.oauth.ClientValidator",
    "SCOPES_BACKEND_CLASS": "civicnet.access.oauth.ClientScopes",
    "ACCESS_TOKEN_GENERATOR": "civicnet.access.oauth.new_token",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# Answer in application/graphql-response+json with the statuses of the GraphQL-over-HTTP draft of August 2026 (422, 294).
CIVICNET_GRAPHQL_DRAFT_2026_08 = env.bool("CIVICNET_GRAPHQL_DRAFT_2026_08", default=False)

# Answer callers without a session, with a key or none, only what was registered (civicnet documents).
CIVICNET_GRAPHQL_TRUSTED_ONLY = env.bool("CIVICNET_GRAPHQL_TRUSTED_ONLY", default=False)
# Seconds in which a process believes what it last read about a registered document: so long one goes on that has ended.
CIVICNET_GRAPHQL_DOCUMENT_SECONDS = env.float("CIVICNET_GRAPHQL_DOCUMENT_SECONDS", default=10)
# How many documents sent whole once are kept to be named by hash (automatic persisted queries); 0 switches that off.
CIVICNET_GRAPHQL_PERSISTED = env.int("CIVICNET_GRAPHQL_PERSISTED", default=10_000)
# Who may look through the whole schema: "public", "clients" (whoever shows who they are), "scope" (by permission).
CIVICNET_GRAPHQL_INTROSPECTION = env.str("CIVICNET_GRAPHQL_INTROSPECTION", default="public")

# What an API client may spend on GraphQL in an hour unless it has a number of its own, what an address may spend without a
# key in each process, and what all without a key may spend together; 0: no limit. See docs/explanation/limits.md.
CIVICNET_GRAPHQL_HOURLY_COST = env.int("CIVICNET_GRAPHQL_HOURLY_COST", default=1_000_000)
CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = env.int("CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST", default=1_000_000)
CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = env.int("CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST", default=20_000_000)

# From how many milliseconds on a query is kept among the slow ones; 0: none is.
CIVICNET_GRAPHQL_SLOW_MS = env.int("CIVICNET_GRAPHQL_SLOW_MS", default=500)
# How long a GraphQL request may take, in seconds; 0: any time.
CIVICNET_GRAPHQL_SECONDS = env.float("CIVICNET_GRAPHQL_SECONDS", default=10)

# Networks inside that webhooks may call all the same, e.g. 10.20.0.0/16; every other address that is not on the open network
# is refused. Without TLS only this machine itself is called, and only where it is named here.
CIVICNET_WEBHOOK_NETWORKS = env.list("CIVICNET_WEBHOOK_NETWORKS", default=[])
# How long the change feed remembers what is gone: a copy that was not brought forward for so long begins from empty.
CIVICNET_FEED_TOMBSTONE_DAYS = env.int("CIVICNET_FEED_TOMBSTONE_DAYS", default=90)

# Days a checked file waits for somebody to go on with it.
CIVICNET_IMPORT_WAIT_DAYS = env.int("CIVICNET_IMPORT_WAIT_DAYS", default=7)
# How many days an import can be taken back; until then what stood there before is kept, sealed.
CIVICNET_IMPORT_UNDO_DAYS = env.int("CIVICNET_IMPORT_UNDO_DAYS", default=30)
# What the burden page reckons with: seconds to fill in one field of a form, and to write one cell of a sheet.
CIVICNET_SECONDS_PER_FIELD = env.float("CIVICNET_SECONDS_PER_FIELD", default=12)
CIVICNET_SECONDS_PER_CELL = env.float("CIVICNET_SECONDS_PER_CELL", default=3)
# The class that computes SM3, HMAC-SM3 and SM4-GCM: a certified module comes in here.
CIVICNET_CRYPTO_BACKEND = env.str("CIVICNET_CRYPTO_BACKEND", default="civicnet.cipher.backend.LibraryBackend")
# Keys of blind indexes; left out, they are the second halves of CIVICNET_FIELD_KEYS.
CIVICNET_INDEX_KEYS = env.list("CIVICNET_INDEX_KEYS", default=[])

# Whether processes say which hook they are in, for the watchdog of `civicnet serve` to see; it sets this for those it starts.
CIVICNET_WATCHDOG = env.bool("CIVICNET_WATCHDOG", default=False)
# How long a hook may take before the watchdog ends its process, unless its policy says otherwise.
CIVICNET_HOOK_SECONDS = env.float("CIVICNET_HOOK_SECONDS", default=10)
# How often a process writes down what it has counted (times of hooks, uses of fields); 0 only counts.
CIVICNET_TALLY_SECONDS = env.int("CIVICNET_TALLY_SECONDS", default=30)
# Off, every GraphQL operation is run by the library, as without plans.
CIVICNET_GRAPHQL_COMPILED = env.bool("CIVICNET_GRAPHQL_COMPILED", default=True)
# Answers of GraphQL that each process keeps, in bytes, the largest of them, and how many seconds at most; 0 keeps none.
# None is served after a commit that could change it. See docs/explanation/cache.md.
CIVICNET_CACHE_BYTES = env.int("CIVICNET_CACHE_BYTES", default=32 * 1024 * 1024)
CIVICNET_CACHE_ENTRY_BYTES = env.int("CIVICNET_CACHE_ENTRY_BYTES", default=1024 * 1024)
CIVICNET_CACHE_SECONDS = env.int("CIVICNET_CACHE_SECONDS", default=300)
# How long proxies may serve a public answer without asking us, in seconds. They do not hear of commits: above 0 readers
# behind a proxy may see an answer that is so old.
CIVICNET_CACHE_SHARED_SECONDS = env.int("CIVICNET_CACHE_SHARED_SECONDS", default=0)
# Where portals preview what is not published: an address with {token} in it by the host of the site. docs/howto/preview.md
CIVICNET_PREVIEW_URLS = env.json("CIVICNET_PREVIEW_URLS", default={})
# How long such a token lives, in seconds.
CIVICNET_PREVIEW_SECONDS = env.int("CIVICNET_PREVIEW_SECONDS", default=600)
# Answers carry the number of the process that made them; only the demo wants to know.
CIVICNET_SHOW_PROCESS = env.bool("CIVICNET_SHOW_PROCESS", default=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
