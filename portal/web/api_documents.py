"""`POST /api/v1/documents`: what an issuer's system pushes, and how its import ended."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.app.importing.pushing import Pushed, push, pushed
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.errors import NotFound
from portal.ledger.audit import Where
from portal.web.api_bodies import body_of, key_of, name_of
from portal.web.gate import client_address

WAIT = 20.0  # seconds that a caller is kept waiting for the end
_LOOK = 0.2
_HEADERS = {"Cache-Control": "no-store"}


async def take_documents(portal: Portal, actor: Actor, request: Request) -> Response:
    """201: something came in. 200: all was there already. 207: some of it was refused. 422: all of it was. 202: it is
    still under way.
    """
    name, key = name_of(request), key_of(request)
    data = await body_of(request)
    where = Where(client_address(request), request.headers.get("user-agent", ""))
    run_id = await run_in_threadpool(push, portal, actor, name, data, key, where)
    found, until = await run_in_threadpool(pushed, portal, actor, run_id), time.monotonic() + WAIT
    while not found.done and time.monotonic() < until:
        await asyncio.sleep(_LOOK)
        found = await run_in_threadpool(pushed, portal, actor, run_id)
    headers = _HEADERS | {"Location": f"/api/v1/imports/{run_id}"}
    return JSONResponse(_told(found), _status(found), headers=headers)


async def tell_import(portal: Portal, actor: Actor, request: Request) -> Response:
    """How an import stands that was sent before."""
    given = request.path_params["id"]
    if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given) < 2**63):
        raise NotFound()
    found = await run_in_threadpool(pushed, portal, actor, int(given))
    return JSONResponse(_told(found), headers=_HEADERS)


def _status(found: Pushed) -> int:
    if not found.done:
        return 202
    if found.refused:
        return 207 if found.brought or found.report["counts"]["duplicates"] else 422
    return 201 if found.brought else 200


def _told(found: Pushed) -> dict[str, Any]:
    return {"import": str(found.id), "state": "done" if found.done else "working", **found.report}
