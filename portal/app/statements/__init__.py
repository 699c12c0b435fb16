"""Statements of account that are issued: numbered, frozen, kept, verified; one, for many, and by mail."""
