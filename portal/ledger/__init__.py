"""The truth: documents, open items, entries, allocations, and what follows from a change.

SQLAlchemy Core on SQLite (WAL) or PostgreSQL. Entries and allocations are append-only; balances
are sums. Every writing transaction ends with the change sequence and its outbox rows.
"""
