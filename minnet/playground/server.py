"""The local web server: pages for browser tabs, each with a process of its own."""

from pathlib import Path
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.document import Document
from bokeh.models import Div
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from bokeh.server.util import bind_sockets
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from minnet.playground.page import Page

MESSAGE_BYTES = 4_000_000  # more than the largest file that can be raced on, with room for its coding


class Playground:
    """Pages of all tabs.

    Parameters
    ----------
    places : int
        Tabs that may race at once.
    stores : list of Path
        Studies that can be looked into.
    """

    def __init__(self, places: int, stores: list[Path]) -> None:
        self.places, self.stores = places, stores
        self.pages: list[Page] = []

    def open(self, document: Document) -> None:
        """A page in a new document."""
        request = document.session_context.request
        refusal = ""
        if (
            request.headers.get("Sec-Fetch-Site") == "cross-site"
            and request.headers.get("Sec-Fetch-Dest") != "document"
        ):
            refusal = "The playground is not shown inside pages of other web sites. Open it by itself."
        elif len(self.pages) >= self.places:
            refusal = f"All {self.places} places are taken. Close another tab of the playground, and reload this one."
        if refusal:
            document.add_root(Div(text=refusal))
            return
        arguments = request.arguments
        query = {name: [value.decode(errors="replace") for value in values] for name, values in arguments.items()}
        page = Page(document, query, self.stores)
        self.pages.append(page)

        def closed(session: Any) -> None:
            self.pages.remove(page)
            page.close()

        document.on_session_destroyed(closed)

    def close(self) -> None:
        """End all processes."""
        for page in self.pages:
            page.close()
        self.pages.clear()


def make_server(playground: Playground, host: str, port: int, origins: list[str]) -> tuple[BaseServer, int]:
    """A server that answers when it is started, and the port it listens at.

    Pages of other web sites cannot talk to it: their browsers say where they are from.

    Parameters
    ----------
    host : str
        The address listened at.
    port : int
        0 for any that is free.
    origins : list of str
        "host:port" as browsers know this server, besides 127.0.0.1 and localhost.

    Raises
    ------
    OSError
        The port is in use.
    """
    sockets, port = bind_sockets(host, port)
    mine = {host, "127.0.0.1", "localhost"} - {"0.0.0.0"}
    application = BokehTornado(
        {"/": Application(FunctionHandler(playground.open))},
        extra_websocket_origins=[f"{name}:{port}" for name in sorted(mine)] + origins,
        websocket_max_message_size_bytes=MESSAGE_BYTES,
        check_unused_sessions_milliseconds=1000,
        unused_session_lifetime_milliseconds=5000,
    )
    http = HTTPServer(application)
    http.add_sockets(sockets)
    return BaseServer(IOLoop.current(), application, http), port
