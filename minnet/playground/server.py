"""The local web server: pages for browser tabs, each with a process of its own."""

from pathlib import Path
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.document import Document
from bokeh.models import Div
from bokeh.server.server import Server

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
        if len(self.pages) >= self.places:
            text = f"All {self.places} places are taken. Close another tab of the playground, and reload this one."
            document.add_root(Div(text=text))
            return
        arguments = document.session_context.request.arguments if document.session_context else {}
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


def make_server(playground: Playground, host: str, port: int, origins: list[str]) -> Server:
    """A server that is not started yet, for pages of the given origins only ("host:port")."""
    application = Application(FunctionHandler(playground.open))
    return Server(
        {"/": application},
        address=host,
        port=port,
        allow_websocket_origin=origins,
        websocket_max_message_size=MESSAGE_BYTES,
        check_unused_sessions_milliseconds=1000,
        unused_session_lifetime_milliseconds=5000,
    )
