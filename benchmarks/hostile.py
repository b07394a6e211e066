"""What the playground's server does with clients that mean harm, or do not know better.

    python -m benchmarks.hostile                    all that is tried, against real servers; takes some minutes
    python -m benchmarks.hostile stalled tabs       some of it

Memory is what the server and its processes have in common and alone, in MB (PSS). Needs Linux.
"""

import argparse
import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from benchmarks.bare_tab import BareTab

EVIL = "<img src=x onerror=alert(1)>$$\\href{javascript:alert(1)}{x}$$"
FIELDS = (
    "data", "points", "noise", "test", "inputs", "seed", "hidden", "activation", "initializer", "gain", "loss",
    "batch_size", "l1", "l2", "normalization", "dropout", "racer", "horizon", "target", "show", "tab", "hide",
)  # fmt: skip
RACE = {"points": "1000", "hidden": "16 16 16"}
OTHERS = [None, -1, 1e308, 10**30, EVIL, "9" * 100_000, [], {"type": "map"}, ["x"] * 1000, True]
OVER = 50_000_001  # bytes of a message: one more than may come


class Served:
    """A playground of its own, with what it writes into its log."""

    def __init__(self, tabs: int) -> None:
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")  # noqa: SIM115  as long as the server
        command = [sys.executable, "-m", "minnet", "play", "--port", "0", "--no-browser", "--tabs", str(tabs)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.address = re.search(r"http://127.0.0.1:\d+", self.process.stdout.readline())[0]

    def processes(self) -> set[int]:
        """The server's and all that it has started."""
        return family(self.process.pid)

    def megabytes(self) -> float:
        return sum(map(megabytes, self.processes()))

    def logged(self) -> int:
        return Path(self.log.name).stat().st_size

    async def settles(self, processes: int, seconds: float = 30) -> None:
        """Wait until there are no more than so many processes."""
        end = monotonic() + seconds
        while len(self.processes()) > processes and monotonic() < end:
            await asyncio.sleep(0.2)

    async def answers(self) -> str:
        """Whether somebody else can still race."""
        tab = await BareTab.open(self.address)
        await tab.ready()
        await tab.press("Start")
        await asyncio.wait_for(draws(tab), 300)
        tab.close()
        return "yes" if tab.drawn >= 3 else "no"


def family(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    children = [child for child in map(int, listed.stdout.split()) if os.path.exists(f"/proc/{child}/smaps_rollup")]
    return {pid}.union(*map(family, children))


def megabytes(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(re.search(r"Pss:\s+(\d+) kB", rollup)[1]) / 1000


def say(what: str, happened: str, before: float | None = None, after: float | None = None) -> None:
    memory = "" if before is None else f"{before:7.0f} {after:7.0f}"
    print(f"{what:44} {memory:15}  {happened}", flush=True)


@asynccontextmanager
async def served(tabs: int = 6):
    """A server that has had its first visitor, and at the end whether it ends with all of its processes."""
    server = Served(tabs)
    try:
        await server.answers()
        server.at_rest = len(server.processes()) - 1
        await server.settles(server.at_rest)
        yield server
    finally:
        children = server.processes()
        server.process.terminate()
        server.process.wait(30)
        left = await ended(children)
        if left:
            say("  when the server was ended", f"{left} PROCESSES WERE LEFT")


async def ended(processes: set[int]) -> int:
    """How many of them are left after a while."""
    end = monotonic() + 20
    while (left := sum(os.path.exists(f"/proc/{child}") for child in processes)) and monotonic() < end:
        await asyncio.sleep(0.1)
    return left


async def origins() -> None:
    """Pages of other web sites, and names that were made to lead here."""
    async with served() as server:
        address = server.address.replace("http", "ws") + "/ws"
        for origin in ("http://evil.test", "null", "http://127.0.0.1:1", server.address):
            request = HTTPRequest(address, headers={"Origin": origin})
            try:
                (await websocket_connect(request, subprotocols=["bokeh", "x"])).close()
                answer = "connected"
            except HTTPClientError as error:
                answer = f"refused: {error.code}"
            say(f"socket from origin {origin.replace(server.address, 'of its own')}", answer)
        for host in ("evil.test", "127.0.0.1"):
            try:
                answer = (await AsyncHTTPClient().fetch(server.address, headers={"Host": host})).code
            except HTTPClientError as error:
                answer = error.code
            say(f"page by the name {host}", str(answer))
        try:
            body = b"x" * 20_000_000
            await AsyncHTTPClient().fetch(server.address, method="POST", body=body)
        except (HTTPClientError, OSError, Exception) as error:  # the connection may be cut in the middle
            say("20 MB sent to a page", f"refused: {error}")


async def messages() -> None:
    """Messages that are too large, no messages, and other documents."""
    async with served() as server:

        async def sends(what, *parts) -> None:
            before, logged = server.megabytes(), server.logged()
            tab = await BareTab.open(server.address)
            try:
                for part in parts:
                    await tab.socket.write_message(part, binary=isinstance(part, bytes))
                while await asyncio.wait_for(tab.take(), 10):
                    pass
                answer = f"connection ended ({tab.socket.close_code})"
            except WebSocketClosedError:
                answer = "connection ended"
            except TimeoutError:
                answer = "passed over"
            tab.close()
            others = await server.answers()
            await server.settles(server.at_rest)
            processes = len(server.processes()) - server.at_rest
            happened = f"{answer}; {(server.logged() - logged) / 1000:.0f} kB of log; {processes} processes left"
            say(what, f"{happened}; others race: {others}", before, server.megabytes())

        patch = '{"msgid": "1", "msgtype": "PATCH-DOC"}'
        await sends("message of 50 MB and a byte", "x" * OVER)
        await sends("message of 49 MB that is none", *["x" * 49_000_000] * 3)
        await sends("bytes instead of text", b"\0" * 1000)
        await sends("brackets, 100 000 deep", patch, "{}", "[" * 100_000)
        await sends("a change of what is not there", patch, "{}", '{"events": [{"kind": "ModelChanged"}]}')
        await sends("a class that is not there", '{"msgid": "1", "msgtype": "os.system"}', "{}", "{}")
        buffers = '{"msgid": "1", "msgtype": "PATCH-DOC", "num_buffers": 1000000}'
        parts = [part for number in range(10) for part in (f'{{"id": "{number}"}}', b"\0" * 40_000_000)]
        await sends("400 MB in ten buffers of a million", buffers, "{}", '{"events": []}', *parts)
        document = '{"doc": {"version": "3.9.2", "title": "x", "roots": []}}'
        await sends("another document", '{"msgid": "1", "msgtype": "PUSH-DOC"}', "{}", document)


async def links() -> None:
    """Every field of an address, and every widget, with values that none of them has."""
    async with served() as server:
        for what, values in (("markup and formulas", [EVIL]), ("numbers", ["1e999", "9" * 5000])):
            logged, faults = server.logged(), []
            before = server.megabytes()
            for field in FIELDS:
                for value in values:
                    tab = await BareTab.open(server.address, {field: value})
                    if "<img" in tab.texts():
                        faults.append(f"{field} is not escaped")
                    tab.close()
                    await server.settles(server.at_rest)
            happened = ", ".join(faults) or f"told, escaped; {server.logged() - logged} bytes of log"
            say(f"{len(FIELDS)} fields of a link: {what}", happened, before, server.megabytes())
        before, logged = server.megabytes(), server.logged()
        tab = await BareTab.open(server.address)
        await tab.ready()
        sent = 0
        for key, model in tab.models.items():
            for attribute in {"value", "active", "drawn", "filename"} & set(model["attributes"]):
                for value in OTHERS:
                    await tab.set(key, attribute, value)
                    sent += 1
        await tab.press("Reset")
        try:
            while tab.drawn < 1 and await asyncio.wait_for(tab.take(), 20):
                pass
            answer = "it goes on" if tab.drawn else f"connection ended ({tab.socket.close_code})"
        except TimeoutError:
            answer = "it waits for a race that can be"
        tab.close()
        others = await server.answers()
        await server.settles(server.at_rest)
        happened = f"{answer}; {(server.logged() - logged) / 1000:.0f} kB of log; others race: {others}"
        say(f"{sent} values of widgets", happened, before, server.megabytes())


async def draws(tab: BareTab, frames: int = 3) -> None:
    """Until so many frames have come, or the connection has ended."""
    with suppress(WebSocketClosedError):
        while tab.drawn < frames and await tab.take():
            pass


async def asks(tab: BareTab, sent: list[float]) -> None:
    """For one step after the other, until the connection has ended."""
    with suppress(WebSocketClosedError):
        while True:
            await tab.press("Step")
            sent.append(monotonic())


async def tabs(most: int = 50) -> None:
    """Fifty at once, and one more."""
    async with served(most) as server:
        before = server.megabytes()
        opened, start = {}, monotonic()
        for _ in range(most):
            tab = await BareTab.open(server.address, {"points": "100", "hidden": "4"})
            await tab.ready()
            await tab.press("Start")
            opened[tab] = asyncio.create_task(draws(tab, 10**9))  # who does not read loses the place
        needed = monotonic() - start
        await asyncio.wait(opened.values(), timeout=60)
        racing = sum(tab.drawn >= 3 for tab in opened)
        processes = len(server.processes()) - server.at_rest
        say(f"{most} tabs", f"opened in {needed:.0f} s, {racing} race, in {processes} processes", before,
            server.megabytes())  # fmt: skip
        more = await BareTab.open(server.address)
        say("one more tab", re.search("All.*?wait", more.texts())[0])
        for tab in (more, *opened):
            tab.close()
        await server.settles(server.at_rest)
        processes = len(server.processes()) - server.at_rest
        say("when they are closed", f"{processes} processes left", before, server.megabytes())


async def stalled(seconds: int = 20) -> None:
    """A client that asks and does not read."""
    async with served() as server:
        tab = await BareTab.open(server.address, RACE)
        await tab.ready()
        await tab.press("Start")
        before, sent = server.megabytes(), []
        asking = asyncio.create_task(asks(tab, sent))
        await asyncio.wait({asking}, timeout=seconds)
        say(f"{len(sent)} steps asked for, no answer read", f"others race: {await server.answers()}", before,
            server.megabytes())  # fmt: skip
        start = monotonic()
        await server.settles(server.at_rest, 180)
        processes = len(server.processes()) - server.at_rest
        say("  and it stays", f"after {monotonic() - start:.0f} s {processes} processes left", before,
            server.megabytes())  # fmt: skip


async def long(frames: int = 2000) -> None:
    """A race that is drawn for very long."""
    async with served() as server:
        tab = await BareTab.open(server.address, {"points": "1000", "hidden": "32 32"})  # of less, races end before
        await tab.ready()
        await tab.press("Start")
        sizes = []
        for part in range(1, 5):
            while tab.drawn < frames * part / 4:
                await asyncio.wait_for(tab.take(), 60)
            sizes.append(server.megabytes())
        say(f"a race of {frames} frames", "MB after each quarter: " + " ".join(f"{size:.0f}" for size in sizes),
            sizes[0], sizes[-1])  # fmt: skip
        tab.close()


async def killed() -> None:
    """The server is killed while six races run."""
    async with served() as server:
        for _ in range(6):
            tab = await BareTab.open(server.address, RACE)
            await tab.ready()
            await tab.press("Start")
        processes = server.processes()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        start = monotonic()
        left = await ended(processes)
        say("the server is killed with 6 races under way",
            f"{len(processes) - 1} processes, of which {left} are left after {monotonic() - start:.1f} s")  # fmt: skip


TRIED = {each.__name__: each for each in (origins, messages, links, tabs, stalled, long, killed)}


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.hostile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tried", nargs="*", metavar="WHAT", help=f"of: {', '.join(TRIED)} (all)")
    options = parser.parse_args()
    unknown = [name for name in options.tried if name not in TRIED]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; known: {', '.join(TRIED)}")
    print(f"{'':45}MB before  after  what happened")
    for name in options.tried or TRIED:
        asyncio.run(TRIED[name]())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
