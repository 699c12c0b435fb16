"""What the forms of `/auth/*` have in common: their fields, and a refusal shown above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.errors import PortalError, Refused
from portal.text import Text
from portal.web.forms import Field, Form, form_page

T = TypeVar("T")
EMAIL = Field("email", Text("Correo electrónico"), "email", "email")
NAME = Field("name", Text("Nombre"), "text", "name", longest=120)
MOST_FIELDS, LONGEST = 12, 16_384  # of a form, and bytes of a field: anybody may send one


async def answers(request: Request) -> dict[str, str]:
    """The texts that a form holds; files are left out. Raises Refused for more than a form of ours would send."""
    try:
        sent: FormData = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST)
    except HTTPException:
        raise Refused(
            Text("Lo que llegó es más de lo que cabe en este formulario. Vuelve a la página y llénalo otra vez.")
        ) from None
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def kept(field: Field, said: Mapping[str, str]) -> Field:
    """A field that shows again what was filled in."""
    return Field(
        field.name, field.label, field.kind, field.complete, said.get(field.name, ""), field.hint, field.longest
    )


def hidden(name: str, value: str) -> Field:
    """A value that goes along."""
    return Field(name, Text("{name}", name=name), "hidden", said=value)


async def tried(do: Callable[..., T], *values: object) -> T | PortalError:
    """What a use case answers; its refusal as a value, to be shown with the form again."""
    try:
        return await run_in_threadpool(do, *values)
    except PortalError as refused:
        if refused.status >= 500:
            raise
        return refused


def again(request: Request, title: Text, sentence: Text, form: Form, refused: PortalError) -> Response:
    """The form once more, with what was wrong."""
    shown = Form(form.fields, form.button, form.action, refused.text, form.ways)
    return form_page(request, title, sentence, shown, refused.status)
