"""Author kit: what a plugin's own tests use, the suite that every plugin passes, and the layout of a new one."""
