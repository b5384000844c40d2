"""What tests of content and of kept answers stand on."""

from __future__ import annotations

from content_world import ask, closed, document, media, page, pages, picture
from kept_world import portals, whole_server

__all__ = ["ask", "closed", "document", "media", "page", "pages", "picture", "portals", "whole_server"]
