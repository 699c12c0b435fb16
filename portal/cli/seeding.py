"""`seed`: synthetic documents for benchmarks and load tests."""

from __future__ import annotations

import sys
from time import perf_counter

import click

from portal.app.seeding import seed as sow
from portal.cli.common import answer, json_option, open_portal
from portal.domain.access import operator


@click.command()
@click.option("--documents", default=100_000, show_default=True, help="How many documents to add.")
@click.option("--issuers", default=20, show_default=True, help="The largest issues 15 % of them.")
@click.option("--customers", default=3_600, show_default=True, help="The biggest has 10 % of the documents.")
@click.option("--seed", "number", default=1, show_default=True, help="The same number gives the same documents.")
@json_option
def seed(documents: int, issuers: int, customers: int, number: int, as_json: bool) -> None:
    """Add synthetic documents with a realistic, skewed spread. Not in production."""
    portal = open_portal()
    started = perf_counter()
    with click.progressbar(length=documents, label="Sembrando", file=sys.stderr, hidden=as_json) as bar:
        sow(portal, operator("seed"), documents, issuers, customers, number, bar.update)
    rate = round(documents / (perf_counter() - started))
    data = {"documents": documents, "issuers": issuers, "customers": customers, "seed": number, "per_second": rate}
    told = f"{documents} documentos sintéticos de {issuers} emisores y {customers} clientes ({rate} por segundo)."
    answer(as_json, data, told)
