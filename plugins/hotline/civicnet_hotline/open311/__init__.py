"""Open311 GeoReport v2: the same cases for portals that speak the world's format.

Where the specification leaves a choice: reading requests needs a key and shows only what that key submitted, for what
residents ask is not public here. ``email``, ``device_id``, ``account_id``, ``media_url`` and ``attribute[...]`` are accepted
and not kept: nobody's work needs them.
"""
