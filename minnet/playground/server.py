"""The local web server: pages for browser tabs, each with a process of its own."""

import logging
import re
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.models import CustomJS, Div
from bokeh.server.connection import ServerConnection
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from bokeh.server.util import bind_sockets
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.routing import HostMatches, Rule, RuleRouter

from minnet.playground.page import Page

MESSAGE_BYTES = 50_000_000  # a larger one ends the connection: files that are too large must come here to be refused
REQUEST_BYTES = 100_000  # of a request for a page, which has nothing to say but its address
PING = 60  # seconds: a tab that does not answer for as long, or does not read, gives its place to others
LOGGED = 1000  # characters of a message

CLOSED = "Failed sending message as connection was closed"


class Playground:
    """Pages of all tabs.

    Parameters
    ----------
    most_tabs : int
        Tabs that may race at once.
    stores : list of Path
        Studies that can be looked into.
    """

    def __init__(self, most_tabs: int, stores: list[Path]) -> None:
        self.most_tabs, self.stores = most_tabs, stores
        self.pages: list[Page] = []

    def open(self, document: Document) -> None:
        """A page in a new document."""
        request = document.session_context.request
        foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        if foreign and request.headers.get("Sec-Fetch-Dest") != "document":
            text = "The playground is not shown inside pages of other web sites. Open it by itself."
            document.add_root(Div(text=text))
            return
        arguments = request.arguments
        query = {name: [value.decode(errors="replace") for value in values] for name, values in arguments.items()}
        if len(self.pages) < self.most_tabs:
            self._enter(document, query)
            return
        # a tab that is loaded again meets its former self, whose place becomes free when its session has ended
        waiting = Div(text=f"All {self.most_tabs} places are taken. Close another tab of the playground, or wait.")
        document.add_root(waiting)

        waiting.js_on_change("visible", CustomJS(code="window.location.reload()"))

        def try_again() -> None:
            if len(self.pages) < self.most_tabs:
                waiting.visible = False  # a page is made when it is loaded

        # a browser that has not loaded the page yet would find the text invisible, and never hear that it has changed
        document.on_event(DocumentReady, lambda event: document.add_periodic_callback(try_again, 500))

    def _enter(self, document: Document, query: dict[str, list[str]]) -> None:
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


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Not that something was under way to a tab, or from it, when it was closed, as happens whenever a race runs.

    What is worth it is cut off after `LOGGED` characters: Bokeh quotes messages that it cannot read, however long.
    """
    text = record.getMessage()
    if len(text) > LOGGED:
        record.msg, record.args = text[:LOGGED] + " ...", ()
    if record.msg == CLOSED:
        return False
    return (
        record.exc_info is None
        or not isinstance(record.exc_info[1], AssertionError)
        or _has_session(record.exc_info[2])
    )


def _has_session(traceback: TracebackType | None) -> bool:
    """Whether an error was raised elsewhere than where Bokeh asks a connection for its session, which is gone."""
    *_, (frame, _) = walk_tb(traceback)
    return frame.f_code is not ServerConnection.session.fget.__code__


def make_server(playground: Playground, host: str, port: int, origins: list[str]) -> tuple[BaseServer, int]:
    """A server that answers when it is started, and the port it listens at.

    Pages of other web sites cannot talk to it: their browsers say where they are from. Nor can those whose name was
    made to lead to this machine after they were loaded (DNS rebinding): a server by another name is not here.

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
    for name in ("views.ws", "protocol_handler"):
        logging.getLogger(f"bokeh.server.{name}").addFilter(is_worth_logging)
    sockets, port = bind_sockets(host, port)
    hosts = {f"[{host}]" if ":" in host else host, "127.0.0.1", "localhost"} - {"0.0.0.0"}
    application = BokehTornado(
        {"/": Application(FunctionHandler(playground.open))},
        extra_websocket_origins=[f"{name}:{port}" for name in sorted(hosts)] + origins,
        websocket_max_message_size_bytes=MESSAGE_BYTES,
        check_unused_sessions_milliseconds=1000,
        unused_session_lifetime_milliseconds=5000,
        websocket_ping_interval=PING,
        websocket_ping_timeout=PING,
    )
    names = hosts | {re.sub(r":\d+$", "", origin) for origin in origins}
    pattern = "(?i)" + "|".join(re.escape(name) for name in sorted(names)) + "$"
    http = HTTPServer(RuleRouter([Rule(HostMatches(pattern), application)]), max_body_size=REQUEST_BYTES)
    http.add_sockets(sockets)
    return BaseServer(IOLoop.current(), application, http), port
