"""What people see: the shell, the guard, and what pages draw with. Pages call use cases; they decide nothing."""
