"""Automatic persisted queries: a document that somebody sent whole once can be named by its hash for a while."""
