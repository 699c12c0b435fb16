"""Documents, money, access: the rules, pure. Imports nothing above it."""
