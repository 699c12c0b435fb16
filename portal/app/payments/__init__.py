"""Paying: accounts with providers, baskets, checkouts, what providers say, and what becomes of it in the ledger."""
