"""Transactions, pure: what one transactional id is, what its producer may do, and what is stored of it."""
