"""Where records live: the segment store contract and its implementations."""
