"""A process of its own that works on the database it is given, and tells as JSON what came of it.

``fill COUNT FILTER`` makes the city of the gateway's benchmark; ``problems`` has Wagtail look through the tree.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main(deed: str, *arguments: str) -> dict[str, Any]:
    """Do one deed."""
    django.setup()
    if deed == "problems":
        from wagtail.models import Page

        return {"problems": sum(len(found) for found in Page.find_problems())}
    from django.core.management import call_command

    from civicnet_site.bench.articles import make_city

    call_command("migrate", verbosity=0)
    count, filter_spec = arguments
    return make_city(int(count), filter_spec=filter_spec)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
