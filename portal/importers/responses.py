"""DIAN's ApplicationResponse: what it says of a document, and whether that proves anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import etree

from portal.domain.documents import Validation
from portal.importers.fields import every, required, text
from portal.importers.roots import DIAN_ID, RESPONSE, RESPONSE_SENDER
from portal.importers.xml import Unreadable, parse
from portal.text import Text

VALIDATED = "02"
_ANSWER = "cac:DocumentResponse/"
_TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def read_response(data: bytes) -> tuple[Validation, bool]:
    """What an ApplicationResponse states, and whether DIAN sent it; Unreadable when it is no such document.

    The code is normalised to two digits ('002' occurs). DIAN signs it; the signature is not verified here.
    """
    root = parse(data)
    if root.tag != RESPONSE:
        raise Unreadable(Text("La respuesta que acompaña al documento no es un ApplicationResponse."))
    lines = every(root, f"{_ANSWER}cac:LineResponse/cac:Response")
    notes = (" ".join(filter(None, (text(line, "cbc:ResponseCode"), text(line, "cbc:Description")))) for line in lines)
    validation = Validation(
        code=required(root, f"{_ANSWER}cac:Response/cbc:ResponseCode").lstrip("0").rjust(2, "0"),
        description=text(root, f"{_ANSWER}cac:Response/cbc:Description") or "",
        cufe=(text(root, f"{_ANSWER}cac:DocumentReference/cbc:UUID") or "").lower(),
        at=_moment(root),
        notes=tuple(note for note in notes if note),
    )
    return validation, text(root, RESPONSE_SENDER) == DIAN_ID


def doubt(validation: Validation, from_dian: bool, code: str | None) -> Text | None:
    """Why a response doesn't show that DIAN validated the document with CUFE `code`; None when it does."""
    if validation.cufe != code:
        return Text("La respuesta que acompaña al documento es de otro documento: no se dio por validado.")
    if not from_dian or validation.code != VALIDATED:
        return Text(
            "La respuesta que acompaña al documento no dice que la DIAN lo validó (código {code}).",
            code=validation.code,
        )
    return None


def _moment(root: etree._Element) -> datetime | None:
    day, time = text(root, "cbc:IssueDate"), _TIME.fullmatch(text(root, "cbc:IssueTime") or "")
    if not day or time is None:
        return None
    try:
        stated = datetime.fromisoformat(f"{day}T{time[1]}{time[2] or '-05:00'}")
    except ValueError:
        return None
    return stated.astimezone(UTC)
