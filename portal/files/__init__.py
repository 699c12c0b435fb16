"""Where bytes are kept, by their SHA-256: a local directory, or any S3-compatible store."""
