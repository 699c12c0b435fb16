"""One XML file: a bare document, or a container with the document and DIAN's response inside."""

from __future__ import annotations

import re

from portal.domain.documents import Facts, Validation
from portal.domain.folding import fold_number
from portal.importers.containers import Container, open_container
from portal.importers.found import Evidence, EvidenceRole, Found
from portal.importers.responses import doubt, read_response
from portal.importers.roots import CONTAINER
from portal.importers.ubl import read_ubl
from portal.importers.xml import Unreadable, parse, shown
from portal.text import Text

XML = "application/xml"
_LONGEST_NAME, _LONGEST_ENDING = 120, 10


def read_einvoice(place: str, data: bytes) -> Found:
    """The document in an XML file; `place` is the file's name, 'mail.zip!factura.xml' for a ZIP's member.

    Raises Unreadable with the reason and the element.
    """
    root = parse(data)
    if root.tag == CONTAINER:
        return _contained(place, data, open_container(root))
    facts, warnings = read_ubl(root)
    return Found(facts, place, place, (Evidence(EvidenceRole.ORIGINAL, own_name(place), XML, data),), None, warnings)


def own_name(place: str) -> str:
    """A file's own name out of a path, of this system's, Windows' or a ZIP's kind; cut before its ending."""
    name = "".join(c for c in re.split(r"[/\\!]", place)[-1] if c.isprintable())
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot:
        kept = dot + ending[:_LONGEST_ENDING]
        return stem[: _LONGEST_NAME - len(kept)] + kept
    return name[:_LONGEST_NAME] or "archivo"


def _contained(place: str, data: bytes, container: Container) -> Found:
    facts, warnings = read_ubl(parse(container.document))
    stem = re.sub(r"[^A-Za-z0-9]", "", facts.number)
    evidence = [
        Evidence(EvidenceRole.CONTAINER, own_name(place), XML, data),
        Evidence(EvidenceRole.ORIGINAL, f"{stem}.xml", XML, container.document),
    ]
    if container.number and fold_number(container.number) != facts.folded_number:
        warnings += (_other_number(container.number, facts),)
    validation = None
    if container.response is not None:
        validation, problem = _validated(container.response, facts)
        evidence.append(Evidence(EvidenceRole.VALIDATION, f"{stem}-validacion.xml", XML, container.response))
        warnings += (problem,) if problem else ()
    return Found(facts, place, place, tuple(evidence), validation, warnings)


def _validated(response: bytes, facts: Facts) -> tuple[Validation | None, Text | None]:
    try:
        validation, from_dian = read_response(response)
    except Unreadable as error:
        return None, Text("No se pudo leer la respuesta que acompaña al documento: {reason}", reason=error.text)
    problem = doubt(validation, from_dian, facts.cufe)
    return (None if problem else validation), problem


def _other_number(number: str, facts: Facts) -> Text:
    return Text(
        "El contenedor nombra el documento {number} y trae el {inner}. Se tomó el de adentro.",
        number=shown(number),
        inner=facts.number,
    )
