"""`import PATH…`: files, folders, ZIPs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from portal.app.importing.report import ImportReport
from portal.app.importing.run import Source, import_files
from portal.cli.common import answer, json_option, open_portal
from portal.domain.access import operator
from portal.errors import Refused
from portal.text import Text

LARGEST = 200 << 20
_REFUSED = 2


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--issuer", "issuer_tax_id", metavar="TAXID", help="Bring in only what this issuer issued.")
@json_option
def import_command(paths: tuple[Path, ...], issuer_tax_id: str | None, as_json: bool) -> None:
    """Bring in documents: e-invoice XML, ZIP, CSV, XLSX, and folders of them.

    Each file goes in whole or not at all. Exit code 0, or 2 if anything was refused.
    """
    portal = open_portal()
    sources = list(_sources(paths))
    with click.progressbar(
        length=len(sources), label="Importando", file=sys.stderr, hidden=as_json, item_show_func=_shown
    ) as bar:
        report = import_files(
            portal, operator(), _ticking(sources, bar), issuer_tax_id, lambda name, done: bar.update(0, (name, done))
        )
    answer(as_json, report.as_json(), _told(report))
    sys.exit(_REFUSED if report.problems else 0)


def _shown(current: tuple[str, int] | None) -> str:
    return "" if current is None or not current[1] else f"{current[0][-40:]} +{current[1]}"


def _ticking(sources: list[Source], bar: object) -> Iterator[Source]:
    for source in sources:
        yield source
        bar.update(1)  # type: ignore[attr-defined]


def _sources(paths: tuple[Path, ...]) -> Iterator[Source]:
    """Every file below the paths, in order of name; links are not followed, hidden files are left alone."""
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink())
            for file in (p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts)):
                yield _source(file, str(file.relative_to(path.parent)))
        else:
            yield _source(path, path.name)


def _source(path: Path, name: str) -> Source:
    return Source(name, lambda: _load(path))


def _load(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Refused(Text("El archivo pesa más de {limit} MB: divídelo.", limit=LARGEST >> 20))
    return path.read_bytes()


def _told(report: ImportReport) -> str:
    lines = [
        f"Importados: {report.total('imported')}. Enriquecidos: {report.total('enriched')}. "
        f"Ya estaban: {report.total('duplicates')}. Saldos: {report.total('balances')}. "
        f"Rechazados: {len(report.problems)}."
    ]
    lines += [f"  aviso · {w.file} {w.place}: {w.reason}" for w in report.warnings[:50]]
    lines += [f"  rechazado · {p.file} {p.place}: {p.reason}" for p in report.problems[:200]]
    return "\n".join(lines)
