"""The API in the words of OpenAPI 3.1: what can be asked for, and what comes back."""

from __future__ import annotations

from typing import Any

from portal.app.payments.feed import MOST, USUAL
from portal.domain.collected import KINDS, Booked
from portal.domain.crediting import Trouble
from portal.domain.payments import Method

_TEXT: dict[str, Any] = {"type": "string"}
_ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}
_MONEY = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["119000.00"]}
_DAY = {"type": "string", "format": "date"}
_INSTANT = {"type": "string", "format": "date-time"}


def description(base_url: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Portal de clientes",
            "version": "1",
            "description": "For an issuer's own systems. Amounts are decimal strings beside their currency; ids are "
            "strings of digits. Tokens are made on the page Ajustes and belong to one issuer.",
        },
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": {"/api/v1/payments": {"get": _payments()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Payment": _payment(), "Error": _error()},
        },
    }


def _payments() -> dict[str, Any]:
    return {
        "operationId": "listPayments",
        "summary": "Payments, refunds and chargebacks that are new or changed, in the order of their changes",
        "parameters": [
            _asked("since", _TEXT, "`next` of the answer before; or a day or an instant to begin at; or nothing"),
            _asked("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "Rows at most"),
        ],
        "responses": {
            "200": _answer("Rows, and where to go on", _page()),
            "401": _answer("No token, or none that is good", _REFUSED),
            "422": _answer("A parameter that can't be understood", _REFUSED),
            "429": _answer("Too many calls; Retry-After says when to come back", _REFUSED),
        },
    }


_REFUSED = {"$ref": "#/components/schemas/Error"}


def _page() -> dict[str, Any]:
    return _object(
        payments={"type": "array", "items": {"$ref": "#/components/schemas/Payment"}},
        next=_TEXT | {"description": "Pass it as `since`, now or later"},
        more={"type": "boolean", "description": "Whether there are more rows already"},
    )


def _payment() -> dict[str, Any]:
    party = _object(id=_ID, tax_id=_TEXT, name=_TEXT)
    document = _object(kind=_TEXT, number=_TEXT, amount=_MONEY)
    return _object(
        id=_ID,
        kind=_TEXT | {"enum": list(KINDS)},
        payment_id=_ID,
        date=_DAY,
        recorded_at=_INSTANT,
        issuer_tax_id=_TEXT,
        customer=_or_null(party),
        currency=_TEXT,
        amount=_MONEY | {"description": "Never negative"},
        booked=_MONEY | {"description": "What it adds to the customer's account"},
        state=_TEXT | {"enum": [str(one) for one in Booked]},
        reason=_or_null(_TEXT | {"enum": [str(one) for one in Trouble]}),
        method=_TEXT | {"enum": [str(one) for one in Method]},
        provider=_TEXT,
        account_id=_ID,
        transaction=_TEXT,
        reference=_or_null(_TEXT),
        documents={"type": "array", "items": document, "description": "What the money pays now"},
        receipt=_or_null({"type": "integer"}),
        note=_or_null(_TEXT),
        decided_at=_or_null(_INSTANT),
    )


def _error() -> dict[str, Any]:
    return _object(error=_object(code=_TEXT, message=_TEXT))


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _asked(name: str, schema: dict[str, Any], told: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": told}


def _answer(told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": schema}}}
