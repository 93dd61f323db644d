"""Regular expressions in RE2's syntax, for matching topic names in bounded time.

Python's own `re` may take longer than the age of the universe for a pattern and a name of thirty characters, and a
client chooses both. RE2 itself is no dependency: it has no wheels for Alpine, and would have to be built there.
"""
