"""The ``civicnet`` command: Django's commands with our settings, and plugins' commands behind their switch."""

import gc
import os
import sys


def main() -> None:
    """Run a command. Settings default to the demo, which needs nothing installed."""
    # Nothing that is loaded goes again: until a command begins, looking for what may go takes a sixth of the start.
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.demo")
    from civicnet.lifecycle.gated_commands import Commands

    sys.argv[0] = "civicnet"
    Commands(sys.argv).execute()
