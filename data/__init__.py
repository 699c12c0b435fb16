"""Data that ships with the portal."""
