"""The columns of the index of many statements are those that docs/exports.md lists."""

from __future__ import annotations

from portal.render.labels import Labels
from portal.render.statement_index import index_columns
from tests.render.test_columns import listed


def test_the_index_has_the_columns_that_the_docs_list() -> None:
    told = [(one.name, one.heading, one.shape.value) for one in index_columns(Labels())]
    assert listed("Statements of all customers") == told
