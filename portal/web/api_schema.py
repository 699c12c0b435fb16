"""The words of OpenAPI that the descriptions of all routes are made of."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$"}
MONEY: Schema = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["119000.00"]}
REFUSED: Schema = {"$ref": "#/components/schemas/Error"}


def object_of(**properties: Schema) -> Schema:
    """An object with all of these and nothing else."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def asked(name: str, schema: Schema, told: str, place: str = "query") -> Schema:
    """A parameter; one in the path must be there."""
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": told}


def answer(told: str, schema: Schema) -> Schema:
    return {"description": told, "content": {"application/json": {"schema": schema}}}
