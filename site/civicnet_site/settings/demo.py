"""The demo on one machine: SQLite, keys made at the first start and kept under var/."""

import os
import secrets

os.environ.setdefault("CIVICNET_TWO_FACTOR", "off")

from .base import *

VAR_DIR.mkdir(parents=True, exist_ok=True)


def _kept(name: str, length: int) -> str:
    # A secret of this machine alone: made once, readable by its owner only, never in the repository.
    path = VAR_DIR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(length // 2))
    return path.read_text().strip()


SECRET_KEY = _kept("demo-secret-key", 64)
CIVICNET_FIELD_KEYS = [f"demo:{_kept('demo-field-key', 64)}"]
CIVICNET_AUDIT_KEYS = [f"demo:{_kept('demo-audit-key', 64)}"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CIVICNET_SHOW_PROCESS = True
CIVICNET_DEMO = True
# A receiver to try webhooks with stands on the same machine.
CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
