"""Content: what portals read of pages, typed exactly: streams, pictures, files, links and rich text."""
