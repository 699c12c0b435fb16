"""Use cases: each a function that loads, decides, commits. Who asks comes with every call."""
