"""Where cluster facts live: the metadata store contract and its implementations."""
