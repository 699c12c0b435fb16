"""The API in the words of OpenAPI 3.1: what can be asked for, and what comes back."""

from __future__ import annotations

from portal.app.payments.feed import MOST, USUAL
from portal.domain.collected import KINDS, Booked
from portal.domain.crediting import Trouble
from portal.domain.payments import Method
from portal.web.api_documents_description import document_schemas, import_path, push_path
from portal.web.api_schema import ID, MONEY, REFUSED, TEXT, Schema, answer, asked, list_of, object_of, or_null

_DAY = {"type": "string", "format": "date"}
_INSTANT = {"type": "string", "format": "date-time"}


def description(base_url: str) -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Portal de clientes",
            "version": "1",
            "description": "For an issuer's own systems. Amounts are decimal strings beside their currency; ids are "
            "strings of digits. Tokens are made on the page Ajustes, belong to one issuer, and say what they are for.",
        },
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/payments": {"get": _payments()},
            "/api/v1/documents": push_path(),
            "/api/v1/imports/{id}": import_path(),
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Payment": _payment(), "Error": _error(), **document_schemas()},
        },
    }


def _payments() -> Schema:
    return {
        "operationId": "listPayments",
        "summary": "Payments, refunds and chargebacks that are new or changed, in the order of their changes",
        "parameters": [
            asked("since", TEXT, "`next` of the answer before; or a day or an instant to begin at; or nothing"),
            asked("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "Rows at most"),
        ],
        "responses": {
            "200": answer("Rows, and where to go on", _page()),
            "401": answer("No token, or none that is good", REFUSED),
            "403": answer("A token that was not made for this", REFUSED),
            "422": answer("A parameter that can't be understood", REFUSED),
            "429": answer("Too many calls; Retry-After says when to come back", REFUSED),
        },
    }


def _page() -> Schema:
    return object_of(
        payments=list_of({"$ref": "#/components/schemas/Payment"}),
        next=TEXT | {"description": "Pass it as `since`, now or later"},
        more={"type": "boolean", "description": "Whether there are more rows already"},
    )


def _payment() -> Schema:
    party = object_of(id=ID, tax_id=TEXT, name=TEXT)
    document = object_of(kind=TEXT, number=TEXT, amount=MONEY)
    return object_of(
        id=ID,
        kind=TEXT | {"enum": list(KINDS)},
        payment_id=ID,
        date=_DAY,
        recorded_at=_INSTANT,
        issuer_tax_id=TEXT,
        customer=or_null(party),
        currency=TEXT,
        amount=MONEY | {"description": "Never negative"},
        booked=MONEY | {"description": "What it adds to the customer's account"},
        state=TEXT | {"enum": [str(one) for one in Booked]},
        reason=or_null(TEXT | {"enum": [str(one) for one in Trouble]}),
        method=TEXT | {"enum": [str(one) for one in Method]},
        provider=TEXT,
        account_id=ID,
        transaction=TEXT,
        reference=or_null(TEXT),
        documents=list_of(document) | {"description": "What the money pays now"},
        receipt=or_null({"type": "integer"}),
        note=or_null(TEXT),
        decided_at=or_null(_INSTANT),
    )


def _error() -> Schema:
    return object_of(error=object_of(code=TEXT, message=TEXT))
