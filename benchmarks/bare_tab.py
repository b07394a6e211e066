"""A tab of the playground without a browser: Bokeh's protocol by hand, so that it can also be broken."""

import json
import re
from functools import partial
from itertools import count
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

TOKEN = re.compile(r'"token":"([^"]+)"')
LARGEST = 200_000_000  # bytes of a message that a tab takes
PATIENCE = 300  # seconds
COUNTER = "FrameCounter"


class BareTab:
    """One connection.

    Attributes
    ----------
    socket
        Of Tornado; it reads on only while messages are taken from it.
    models : dict of str to dict
        Of the document, by their ids: type and attributes.
    drawn : int
        Frames that came, and were said to be drawn.
    """

    def __init__(self, socket) -> None:
        self.socket, self.models, self.drawn, self._numbers = socket, {}, 0, count()

    @classmethod
    async def open(cls, address: str, query: dict | None = None) -> "BareTab":
        """A tab with its document."""
        request = partial(HTTPRequest, connect_timeout=PATIENCE, request_timeout=PATIENCE)
        page = await AsyncHTTPClient().fetch(request(f"{address}/?{urlencode(query or {}, doseq=True)}"))
        where, token = request(address.replace("http", "ws") + "/ws"), TOKEN.search(page.body.decode())[1]
        tab = cls(await websocket_connect(where, subprotocols=["bokeh", token], max_message_size=LARGEST))
        await tab.message()  # ACK
        await tab.send("PULL-DOC-REQ", {})
        kind, content = await tab.message()
        while kind != "PULL-DOC-REPLY":
            kind, content = await tab.message()
        tab.models = {model["id"]: model for model in _objects(content)}
        return tab

    async def message(self) -> tuple[str, dict]:
        """The next message: its type and its content, without arrays; ("", {}) when the connection has ended."""
        parts = []
        while len(parts) < 3:
            part = await self.socket.read_message()
            if part is None:
                return "", {}
            parts.append(part)
        header = json.loads(parts[0])
        for _ in range(2 * header.get("num_buffers", 0)):
            await self.socket.read_message()
        return header["msgtype"], json.loads(parts[2])

    async def send(self, kind: str, content: dict) -> None:
        header = {"msgid": str(next(self._numbers)), "msgtype": kind}
        for part in (header, {}, content):
            await self.socket.write_message(json.dumps(part))

    async def set(self, model: str, attribute: str, value) -> None:
        """Change an attribute of a model, by its id, as a widget of the page does."""
        event = {"kind": "ModelChanged", "model": {"id": model}, "attr": attribute, "new": value}
        await self.send("PATCH-DOC", {"events": [event]})

    async def press(self, label: str) -> None:
        """Click on a button."""
        (button,) = (key for key, model in self.models.items() if model["attributes"].get("label") == label)
        await self.tell("button_click", [["model", {"id": button}]])

    async def tell(self, name: str, values: list) -> None:
        """An event of Bokeh's."""
        event = {"type": "event", "name": name, "values": {"type": "map", "entries": values}}
        message = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}
        await self.send("PATCH-DOC", {"events": [message]})

    async def ready(self) -> None:
        """What a browser says when it has made all widgets; races are asked for from then on."""
        event = {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}}
        await self.send(
            "PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}]}
        )
        await self.set(self.named(COUNTER), "drawn", self.models[self.named(COUNTER)]["attributes"].get("sent", 0))

    def named(self, name: str) -> str:
        """The id of the only model of this type."""
        (key,) = (key for key, model in self.models.items() if model["name"].endswith(name))
        return key

    async def take(self) -> str:
        """One message, answered as a browser does; its type."""
        kind, content = await self.message()
        counter = self.named(COUNTER)
        for event in content.get("events", []):
            if event["kind"] == "ModelChanged" and event["model"]["id"] == counter and event["attr"] == "sent":
                self.drawn += 1
                await self.set(counter, "drawn", event["new"])
            elif event["kind"] == "ModelChanged" and event["model"]["id"] in self.models:
                self.models[event["model"]["id"]]["attributes"][event["attr"]] = event["new"]
        return kind

    def texts(self) -> str:
        """All that is read as HTML."""
        return " ".join(str(model["attributes"].get("text", "")) for model in self.models.values())

    def close(self) -> None:
        self.socket.close()


def _objects(tree):
    """All models of a document."""
    if isinstance(tree, dict):
        if tree.get("type") == "object" and "id" in tree:
            yield {"attributes": {}} | tree
        for value in tree.values():
            yield from _objects(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _objects(value)
