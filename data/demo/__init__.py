"""The demo: invented companies and their documents, made by us."""
