"""Reminders to customers: the issuer's rules, who gets one and why others don't, the mails, and who wants none."""
