"""`qr`: the code for the till."""

from __future__ import annotations

from pathlib import Path

import click

from portal.app.shop import QrFormat, shop_qr
from portal.cli.common import answer, find_issuer, json_option, open_portal
from portal.domain.access import operator
from portal.errors import Refused
from portal.text import Text


@click.command()
@click.option("--issuer", "issuer_tax_id", required=True, metavar="TAXID")
@click.option("--format", "kind", type=click.Choice(["png", "svg", "pdf"]), required=True, help="pdf: a poster.")
@click.option("--paper", type=click.Choice(["a4", "a5"]), default="a4", show_default=True, help="Of the poster.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def qr(issuer_tax_id: str, kind: str, paper: str, out: Path, as_json: bool) -> None:
    """Write an issuer's QR, which leads its customers to the portal."""
    portal = open_portal()
    issuer = find_issuer(portal, issuer_tax_id)
    file = shop_qr(portal, operator(), issuer.id, QrFormat(f"pdf-{paper}" if kind == "pdf" else kind))
    try:
        out.write_bytes(file.data)
    except OSError as error:
        raise Refused(
            Text("No se puede escribir {file} ({reason}): elige otro lugar.", file=str(out), reason=error.strerror)
        ) from None
    address = f"{portal.settings.base_url}/q/{issuer.slug}"
    answer(as_json, {"file": str(out), "bytes": len(file.data), "address": address}, f"{out}: {address}")
