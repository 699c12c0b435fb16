"""The issuer's book: what its people post by hand, each act once, with its reason, and undone by another entry."""
