"""The month-end package: every document of a view with its PDF and XML, an index, the statements, and sums."""
