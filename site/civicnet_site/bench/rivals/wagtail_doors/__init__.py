"""wagtail-grapple and Wagtail's REST API over our own pages: an app that only the bench's second server installs."""
