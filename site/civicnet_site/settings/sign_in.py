"""Sign-in: passwords, lockout, sessions, the second factor, single sign-on. docs/howto/sign-in.md has the whole table."""

from datetime import timedelta

import environ

env = environ.Env()

# True in the demo alone, whose passwords are printed on the screen.
CIVICNET_DEMO = False

# off: nobody is asked. offered: whoever set up a phone, or holds a role that requires it. required: everybody.
CIVICNET_TWO_FACTOR = env.str("CIVICNET_TWO_FACTOR", default="offered")
# Ours asks; the package's own switch would ask at every address, GraphQL included.
WAGTAIL_2FA_REQUIRED = False
OTP_TOTP_ISSUER = "治理一张网"

CIVICNET_SESSION_IDLE_MINUTES = env.int("CIVICNET_SESSION_IDLE_MINUTES", default=30)
CIVICNET_SESSION_HOURS = env.int("CIVICNET_SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = CIVICNET_SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# 0: a good password is not made better by its age.
CIVICNET_PASSWORD_MAX_DAYS = env.int("CIVICNET_PASSWORD_MAX_DAYS", default=0)
# Wagtail's own form would change a password without a record; ours is at admin/password/ and desk/password/.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Memory-hard, and quicker for the honest than a million rounds of PBKDF2; older hashes are renewed at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("CIVICNET_PASSWORD_MIN_LENGTH", default=10)},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "civicnet_site.sign_in.passwords.NotKnownAlready"},
    {"NAME": "civicnet_site.sign_in.passwords.NotTheName"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "civicnet_site.sign_in.backends.PeopleBackend",
]

# In the database, so that all processes count the same failures.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("CIVICNET_LOCKOUT_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("CIVICNET_LOCKOUT_MINUTES", default=15))
AXES_RESET_ON_SUCCESS = True
# Who is locked out and tries on does not wait longer for it: else a forgotten open page locks for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "civicnet_site.sign_in.lockout.address"
AXES_LOCKOUT_CALLABLE = "civicnet_site.sign_in.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "password", "csrfmiddlewaretoken", "client_secret", "otp_token", "next"]
# The audit has the sign-ins; a second list of them would only be one more place to guard.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SIGN_IN_APPS = ["civicnet_site.sign_in", "axes", "django_otp", "django_otp.plugins.otp_totp"]
# Behind authentication, in this order: the code's device is known before the gate asks for it.
SIGN_IN_MIDDLEWARE = ["django_otp.middleware.OTPMiddleware", "civicnet_site.sign_in.gate.GateMiddleware"]

# Single sign-on by OpenID Connect: on where an issuer is named. Off, nothing of it is installed.
CIVICNET_OIDC_ISSUER = env.str("CIVICNET_OIDC_ISSUER", default="")
CIVICNET_OIDC_CLIENT_ID = env.str("CIVICNET_OIDC_CLIENT_ID", default="")
CIVICNET_OIDC_CLIENT_SECRET = env.str("CIVICNET_OIDC_CLIENT_SECRET", default="")
# What the button calls it, and which claim holds the account's name here.
CIVICNET_OIDC_NAME = env.str("CIVICNET_OIDC_NAME", default="统一身份认证")
CIVICNET_OIDC_CLAIM = env.str("CIVICNET_OIDC_CLAIM", default="preferred_username")
CIVICNET_OIDC_SCOPES = env.list("CIVICNET_OIDC_SCOPES", default=["openid", "profile"])
SOCIALACCOUNT_ADAPTER = "civicnet_site.sign_in.oidc.Adapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SINGLE_SIGN_ON_APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
SINGLE_SIGN_ON_MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
if CIVICNET_OIDC_ISSUER:
    SIGN_IN_APPS += SINGLE_SIGN_ON_APPS
    SIGN_IN_MIDDLEWARE += SINGLE_SIGN_ON_MIDDLEWARE
