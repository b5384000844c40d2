"""The ``civicnet`` command: Django's commands with our settings."""

import os
import sys


def main() -> None:
    """Run a command. Settings default to the demo, which needs nothing installed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.demo")
    from django.core.management import execute_from_command_line

    sys.argv[0] = "civicnet"
    execute_from_command_line(sys.argv)
