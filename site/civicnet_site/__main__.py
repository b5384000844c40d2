"""``python -m civicnet_site``: the ``civicnet`` command where its script is not on the path."""

from civicnet_site.cli import main

main()
