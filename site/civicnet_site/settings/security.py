"""What browsers are told: where scripts, styles and frames may come from, and what our pages never ask for."""

from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF

env = environ.Env()

# Where browsers report what a policy refused; empty: nowhere.
CIVICNET_CSP_REPORT_URI = env.list("CIVICNET_CSP_REPORT_URI", default=[])
_REPORT = {"report-uri": CIVICNET_CSP_REPORT_URI} if CIVICNET_CSP_REPORT_URI else {}

# A form of ours may lead to the provider of single sign-on, which browsers count as the form's own target.
_PROVIDER = env.str("CIVICNET_OIDC_ISSUER", default="")
_FORMS_LEAD_TO = [SELF, "{0.scheme}://{0.netloc}".format(urlsplit(_PROVIDER))] if _PROVIDER else [SELF]

# Public pages, the desk and the steps of signing in: files of ours, and what a template marks with {{ request.csp_nonce }}.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": _FORMS_LEAD_TO,
        "frame-ancestors": [NONE],
        **_REPORT,
    }
}
# Wagtail's admin cannot run under nonces: scripts and styles stand in its pages. Still nothing comes from elsewhere,
# and its previews are framed by itself alone.
CIVICNET_ADMIN_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": _FORMS_LEAD_TO,
    "frame-ancestors": [SELF],
    **_REPORT,
}
# The explorer's editor writes its styles into the page, and its style sheet has the fonts in it; its scripts are files.
CIVICNET_EXPLORER_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "font-src": [SELF, "data:"],
}
# What is no page of ours: uploads, JSON, feeds. Opened by itself it may load and run nothing.
CIVICNET_BARE_POLICY = {"default-src": [NONE], "frame-ancestors": [NONE], **_REPORT}

# Wagtail allows its own previews in a frame; nothing else of ours belongs in one.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing here asks for a position, a camera or a microphone; so no script can either.
CIVICNET_PERMISSIONS_POLICY = ", ".join(
    f"{one}=()"
    for one in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
        *("magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
)
CSRF_COOKIE_SAMESITE = "Lax"
