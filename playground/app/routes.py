"""What the app answers beside Streamlit's pages: the files of components, and what pages offer by name."""

import gzip
from functools import cache

import anyio.to_thread
import streamlit as st
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from playground.web.part_files import PATH, TYPES

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NOT_KEPT = {"Cache-Control": "no-store"}
OFFERED = {"svg": "image/svg+xml", "json": "application/json", "dot": "text/vnd.graphviz"}
"""The kinds of what pages offer, with their types of content."""
MAX_MAKING = 16
"""So many things are made at the same time: who asks for a file never waits behind drawings."""


def routes() -> list[BaseRoute]:
    """All routes of the app, below the path that it is served under."""
    top = "/".join(["", *filter(None, [st.get_option("server.baseUrlPath").strip("/")])])
    offered = [Route(f"{top}/{kind}/{{name}}", _offered, name=kind) for kind in OFFERED]
    return [Route(f"{top}/{PATH}/{{digest}}/{{name:path}}", _part), *offered]


async def _part(request: Request) -> Response:
    """A script, a style sheet or a font: of these very files, or none."""
    from playground.web.served import digest, served

    name = request.path_params["name"]
    content = served().get(name)
    if request.path_params["digest"] != digest() or content is None:
        return Response("unknown", 404, NOT_KEPT)
    ending = name[name.rindex(".") :]
    return Response(content, headers=FOREVER, media_type=TYPES[ending])


async def _offered(request: Request) -> Response:
    """What a page has offered; 404 where this process knows nothing of it, 503 where it cannot be made now."""
    # a server that starts imports none of these
    from playground.engine.process import Busy
    from playground.language.errors import PlaygroundError
    from playground.web import store

    name = request.path_params["name"]
    try:
        packed = store.kept(name)
        if packed is None:
            packed = await anyio.to_thread.run_sync(store.packed, name, limiter=_making())
    except KeyError:
        return Response("unknown", 404, NOT_KEPT)
    except (Busy, PlaygroundError):
        return Response("not now", 503, NOT_KEPT)
    kind = OFFERED[request.scope["path"].split("/")[-2]]
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), headers=FOREVER, media_type=kind)
    packing = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(packed, headers={**FOREVER, **packing}, media_type=kind)


@cache
def _making() -> CapacityLimiter:
    """Made where a loop runs."""
    return CapacityLimiter(MAX_MAKING)
