"""Import and export: one engine that runs the resources which plugins declare."""
