"""Previews: one unpublished text shown in a portal, by a signed token that lives for minutes."""
