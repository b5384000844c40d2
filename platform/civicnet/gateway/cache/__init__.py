"""Answers kept as bytes: under what, for whom, until when, and how a caller or a proxy may keep them too.

``keeping`` stands around the run of a document, ``front`` before the middleware. Both serve an answer only after one statement
has shown that nothing it was read from has changed since.
"""
