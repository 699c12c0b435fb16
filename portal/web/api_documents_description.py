"""`POST /api/v1/documents` in the words of OpenAPI."""

from __future__ import annotations

from portal.app.importing.report import ROWS_SHOWN
from portal.importers.sheet_columns import DOCUMENTS
from portal.web.api_bodies import ENDINGS, LONGEST
from portal.web.api_schema import ID, MONEY, REFUSED, TEXT, WHOLE, Schema, answer, asked, list_of, object_of

_REPORT: Schema = {"$ref": "#/components/schemas/ImportReport"}
_EXAMPLE = {
    "documents": [
        {
            "kind": "invoice", "number": "FE-101", "customer_tax_id": "900123456-8",
            "customer_name": "Constructora Río Claro SAS", "customer_email": "pagos@rioclaro.example",
            "issue_date": "2026-11-05", "due_date": "2026-12-05", "currency": "COP", "total": 1190000,
        }
    ]
}  # fmt: skip


def push_path() -> Schema:
    return {
        "post": {
            "operationId": "pushDocuments",
            "summary": "Bring documents in: one e-invoice (XML), a ZIP of them, JSON, CSV or XLSX",
            "description": "What is there already is not repeated, so a request may be sent again at any time. A "
            "JSON, CSV or XLSX body goes in whole or not at all; of a ZIP the good ones go in. Fields of JSON are the "
            "columns of docs/spreadsheets.md with underscores; `applies_to` may be a list of numbers, or of objects "
            f"with number and amount. Place `fila N` is the N-th document. At most {LONGEST >> 20} MB.",
            "parameters": [
                asked("name", TEXT, "What the content is called in the register"),
                asked("Idempotency-Key", TEXT, "The same key is the same import, and gets its answer", "header"),
            ],
            "requestBody": {"required": True, "content": {one: _body(one) for one in ENDINGS}},
            "responses": _answers(),
        }
    }


def import_path() -> Schema:
    return {
        "get": {
            "operationId": "getImport",
            "summary": "How an import stands that was sent before",
            "parameters": [asked("id", ID, "`import` of the answer to it", "path")],
            "responses": {
                "200": answer("As it stands now; complete once `state` is `done`", _REPORT),
                **{code: answer(told, REFUSED) for code, told in _REFUSALS.items() if code in "401 403 404 429"},
            },
        }
    }


def document_schemas() -> dict[str, Schema]:
    named = dict.fromkeys(("file", "kind", "issuer", "customer", "number", "currency"), TEXT)
    row = object_of(**named, total=MONEY)
    reason = object_of(file=TEXT, place=TEXT, reason=TEXT)
    rows = dict.fromkeys(("imported", "enriched", "duplicates"), list_of(row) | {"maxItems": ROWS_SHOWN})
    told = dict.fromkeys(("warnings", "problems"), list_of(reason) | {"maxItems": ROWS_SHOWN})
    counts = object_of(**dict.fromkeys((*rows, *told, "balances"), WHOLE))
    state = TEXT | {"enum": ["done", "working"]}
    field: Schema = {"type": ["string", "number", "array", "null"]}
    fields = {column.english.replace(" ", "_"): field | {"description": column.meaning} for column in DOCUMENTS}
    must = [column.english.replace(" ", "_") for column in DOCUMENTS if column.required]
    return {
        "ImportReport": object_of(**{"import": ID}, state=state, **rows, **told, counts=counts),
        "Document": {"type": "object", "properties": fields, "required": must},
    }


_REFUSALS = {
    "401": "No token, or none that is good",
    "403": "A token that was not made for this",
    "404": "No such import of this issuer",
    "408": "The content came too slowly",
    "413": "Too much at once",
    "415": "A Content-Type that is not one of those above",
    "429": "Too many calls, or too many imports that wait; Retry-After, where it is given, says when to come back",
}


def _answers() -> Schema:
    refused: Schema = {"anyOf": [_REPORT, REFUSED]}
    return {
        "200": answer("All of it was there already, or proof was added to it", _REPORT),
        "201": answer("Something came in, and nothing was refused", _REPORT),
        "202": answer("It is still under way: ask for it at Location", _REPORT),
        "207": answer("Some of it came in or was there, and some was refused: see problems", _REPORT),
        "422": answer("All of it was refused (a report), or the request can't be understood (an error); code "
                      "`key_reused`: that Idempotency-Key came with other content", refused),
        **{code: answer(told, REFUSED) for code, told in _REFUSALS.items() if code != "404"},
    }  # fmt: skip


def _body(media_type: str) -> Schema:
    if media_type != "application/json":
        return {"schema": TEXT | {"format": "binary"}}
    one: Schema = {"$ref": "#/components/schemas/Document"}
    return {"schema": {"anyOf": [object_of(documents=list_of(one)), list_of(one), one]}, "example": _EXAMPLE}
