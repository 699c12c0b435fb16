"""LEEME.txt: what a package holds, where it comes from, what is missing, and how to check it."""

from __future__ import annotations

from datetime import date, datetime

from portal.app.packages.archive import SUMS
from portal.app.packages.papers import Tally
from portal.render.labels import Labels
from portal.text import Text


def readme(tally: Tally, period: tuple[date, date], known_at: datetime, labels: Labels) -> str:
    """Lines in the reader's language."""
    said: list[Text | str] = [
        Text("Paquete de documentos del portal de clientes"),
        Text("Contenido según lo registrado hasta el {moment}.", moment=labels.moment(known_at)),
        "",
        Text("Documentos: {count}.", count=tally.documents),
        Text("PDF dibujados por el portal: {count}; los demás son los del emisor.", count=tally.drawn),
        Text("Un PDF dibujado muestra el saldo del momento en que se dibujó; index.csv, el de la fecha de arriba."),
        Text("XML escritos por el portal (copia UBL sin firma): {count}; los demás son los originales, byte por byte.",
             count=tally.copied),
        Text("Estados de cuenta: del {start} al {end}.", start=labels.day(period[0]), end=labels.day(period[1])),
        Text("index.csv dice de cada documento cuáles son sus archivos y su suma SHA-256."),
        Text("Para comprobar que nada cambió: sha256sum -c {sums}", sums=SUMS),
    ]  # fmt: skip
    if tally.lacking:
        said += ["", Text("Archivos que faltan: {count}. Pide al emisor una copia.", count=tally.lacking), *tally.named]
    if tally.lacking > len(tally.named):
        said.append(Text("… y {count} más.", count=tally.lacking - len(tally.named)))
    return "".join(f"{labels.say(line)}\r\n" for line in said)
