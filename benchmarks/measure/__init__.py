"""What `benchmarks.figures` measures, one subject per file."""
