"""`/logos/{sha256}.png`: issuers' logos, for everybody; an address that never shows another picture."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.looks import logo_picture
from portal.app.portal import Portal

_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'"}


def logo_routes(portal: Portal) -> list[Route]:
    async def show(request: Request) -> Response:
        logo = request.path_params["logo"].removesuffix(".png")
        found = await run_in_threadpool(logo_picture, portal, logo)
        return Response(found.data, media_type=found.media_type, headers=_HEADERS)

    return [Route("/logos/{logo:path}", show)]
