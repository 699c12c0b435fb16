"""Comments on documents: written in the portal or by mail, read by both sides, told by mail."""
