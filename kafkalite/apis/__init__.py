"""Requests: the one table of APIs and one module per API, a card and then `handle`."""
