"""What tests of content stand on."""

from __future__ import annotations

from content_world import ask, closed, document, media, page, pages, picture

__all__ = ["ask", "closed", "document", "media", "page", "pages", "picture"]
