"""Production: everything that must be set is asked of the environment, and nothing has a soft default."""

from .base import *

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CIVICNET_FIELD_KEYS = env.list("CIVICNET_FIELD_KEYS")
CIVICNET_AUDIT_KEYS = env.list("CIVICNET_AUDIT_KEYS")
DEBUG = False
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser keeps these only from this host, over TLS, for all of its paths: no neighbouring host can plant one.
SESSION_COOKIE_NAME = "__Host-civicnet-session"
CSRF_COOKIE_NAME = "__Host-csrftoken"
