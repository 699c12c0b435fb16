"""The reading copy: DuckDB files made from the ledger, deleted without harm, asked by every screen.

`store.Views` keeps one file per process and brings it up to date before each read; the other
modules ask questions of it: the viewer's scope comes first, frozen dataclasses come out.
"""
