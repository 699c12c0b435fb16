"""The page about exports lists the columns that the files have."""

from __future__ import annotations

import re
from pathlib import Path

from portal.render.columns import document_columns, statement_columns
from portal.render.group_columns import group_columns
from portal.render.labels import Labels
from portal.render.ubl_xml import PROFILE

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def listed(title: str) -> list[tuple[str, str, str]]:
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", part, re.M)


def test_the_page_lists_the_columns_of_documents() -> None:
    assert listed("Documents") == [(c.name, c.heading, c.shape.value) for c in document_columns(Labels())]


def test_the_page_lists_the_columns_of_the_statement() -> None:
    assert listed("Statement of account") == [(c.name, c.heading, c.shape.value) for c in statement_columns(Labels())]


def test_the_page_lists_the_columns_of_groups() -> None:
    naming = ("customer_name", "customer_tax_id", "issuer_name", "issuer_tax_id", "month", "settlement")
    told = [(c.name, c.heading, c.shape.value) for c in group_columns(naming, Labels())]
    assert listed("Groups of documents") == told


def test_the_page_names_the_profile_of_the_xml_copies() -> None:
    assert PROFILE in PAGE
