"""Somebody else's calendar on its way in.

`targets` and `fetching` ask for it, `reading` makes `vevents` of it, `preview` shows what it would become here, and
`importing` says how.
"""
