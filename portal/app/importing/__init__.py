"""Bring documents in: files are read, staged, matched with what is known, posted, and reported."""
