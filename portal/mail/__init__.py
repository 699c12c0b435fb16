"""Mails: what they say, how they look, and the ways they go out (SMTP, or .eml files)."""
