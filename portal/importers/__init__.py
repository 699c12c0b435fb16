"""Readers: bytes in, facts or problems out. They touch no network, no file, no ledger."""
