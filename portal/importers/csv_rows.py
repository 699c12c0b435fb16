"""Rows of a CSV, one at a time: encodings, delimiters, limits, and quotes that don't close."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from portal.errors import Refused
from portal.importers.sheet_cells import LONGEST_CELL, RefusedAt
from portal.text import Text

LONGEST_RECORD = 1_000_000  # characters
MOST_COLUMNS = 16_384  # Excel's own limit
DELIMITERS = ",;\t|"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The file's text read with one delimiter."""

    data: bytes
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Records, counted as a spreadsheet does: a cell with a line break inside is still one row."""
        lines = _Lines(self.data, self.encoding)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                raise _bad_record(broken, lines.first) from broken
            number += 1
            if lines.record > LONGEST_CELL:
                _check_size(number, record)
            lines.next_record()
            yield number, record


def csv_tables(data: bytes) -> list[CsvTable]:
    """The text read with each delimiter; the heading tells which one is right."""
    encoding = _encoding(data)
    return [CsvTable(data, encoding, delimiter) for delimiter in DELIMITERS]


class _Lines:
    """Lines of the text. `first` is the line on which the record begins, `record` its characters so far."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self._encoding = encoding
        self._stream = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        self._line = 0
        self.first = 1
        self.record = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._stream.readline(LONGEST_RECORD + 1)
        except UnicodeError as broken:
            raise _not_text(self._encoding) from broken
        if not line:
            raise StopIteration
        self._line += 1
        self.record += len(line)
        if self.record > LONGEST_RECORD:
            raise _too_long(self.first)
        if "\0" in line:
            raise _not_text(self._encoding)
        return line

    def next_record(self) -> None:
        self.first, self.record = self._line + 1, 0


def _encoding(data: bytes) -> str:
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"  # a last character cut in two is told when it is read


def _check_size(number: int, record: list[str]) -> None:
    if len(record) > MOST_COLUMNS:
        raise RefusedAt(
            Text(
                "La fila tiene {count} columnas: deja solo las de la lista de docs/spreadsheets.md.", count=len(record)
            ),
            f"fila {number}",
        )
    if max(map(len, record)) > LONGEST_CELL:
        raise RefusedAt(
            Text("Una celda tiene más de {limit} caracteres: acórtala.", limit=LONGEST_CELL), f"fila {number}"
        )


def _bad_record(broken: csv.Error, line: int) -> Refused:
    if "unexpected end" in str(broken):
        text = Text("Una comilla que se abre en la línea {line} no se cierra: ciérrala o quítala.", line=line)
    elif "expected after" in str(broken):
        text = Text(
            'Las comillas de la línea {line} están mal puestas: dentro de un texto escríbelas dobles ("").', line=line
        )
    else:
        return _too_long(line)
    return RefusedAt(text, f"línea {line}")


def _too_long(line: int) -> Refused:
    return RefusedAt(
        Text(
            "La fila que empieza en la línea {line} es demasiado larga: quizá una comilla no se cierra o faltan "
            "saltos de línea.",
            line=line,
        ),
        f"línea {line}",
    )


def _not_text(encoding: str) -> Refused:
    return Refused(
        Text(
            "El archivo está dañado o no es texto (se leyó como {encoding}): guárdalo de nuevo como CSV UTF-8 o XLSX.",
            encoding=encoding.removesuffix("-sig").upper(),
        )
    )
