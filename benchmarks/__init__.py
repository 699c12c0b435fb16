"""What prints the figures of README and CHANGELOG."""
