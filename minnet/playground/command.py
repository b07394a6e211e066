"""`minnet play`: the command line of the playground."""

import argparse
import signal
import webbrowser
from pathlib import Path
from typing import Any

from minnet.errors import SettingError

DESCRIPTION = """\
Watch optimizers race, in your browser: the same network, the same data, the same first weights, and up to six
optimizers, each with its learning rate and schedule. See what they do to a single weight, their trajectories on
landscapes, and the runs of any study. The page is served by this machine for itself; it needs no network.
"""
EPILOG = """\
examples:
  minnet play
      opens the page in your browser; Ctrl-C here ends it
  minnet play results/optimizer-study/runs.sqlite
      look into the runs of one study; without a name, all studies under results/ are offered
  minnet play --port 8080 --no-browser
      then open http://127.0.0.1:8080 yourself
  minnet play --host 0.0.0.0 --origin class.example.org:5006
      for a class: everybody who can reach this machine can make it compute, so only where you trust the network

The address of its page describes a race: share the link, and others see the same race.
"""
NEEDED = "the playground needs Bokeh: pip install 'minnet[playground]', or in a clone pip install -e '.[playground]'"


def add_parser(commands: Any) -> None:
    """Add the command to argparse's sub-commands."""
    parser = commands.add_parser(
        "play",
        help="watch optimizers race in the browser",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run, parser=parser)
    add = parser.add_argument
    add("stores", nargs="*", type=Path, metavar="STORE", help="studies to look into (all runs.sqlite under results/)")
    add("--port", type=_port, default=5006, metavar="N", help="where the page is served; 0 for any (%(default)s)")
    add("--host", default="127.0.0.1", metavar="ADDRESS", help="who is listened to (%(default)s: this machine only)")
    add("--origin", action="append", default=[], metavar="HOST:PORT", help="a further address in browsers that may")
    add("--tabs", type=_count, default=6, metavar="N", help="tabs that may race at once (%(default)s)")
    add("--no-browser", action="store_true", help="do not open the page")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C; returns the exit status."""
    try:
        from minnet.playground.server import Playground, make_server
        from minnet.playground.worker import prepare
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "bokeh":
            raise
        raise SettingError(NEEDED) from None
    from minnet.study import read

    stores = options.stores or sorted(Path("results").glob("**/runs.sqlite"))
    for store in options.stores:
        read(store)  # an error is to show now
    prepare()
    playground = Playground(options.tabs, stores)
    try:
        server, port = make_server(playground, options.host, options.port, options.origin)
    except OSError as error:
        raise OSError(
            f"cannot serve at {options.host}:{options.port}: {error.strerror}. Is it in use? Try another --port"
        ) from None
    host = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"The playground is at {address} (Ctrl-C ends it)", flush=True)
    if not options.no_browser:
        server.io_loop.call_later(0.1, webbrowser.open, address)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.io_loop.add_callback_from_signal(server.io_loop.stop))
    try:
        server.start()
        server.io_loop.start()
    finally:
        playground.close()
        server.stop()
    return 0


def _port(word: str) -> int:
    if not word.isdecimal() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to 65535, not {word!r}")
    return int(word)


def _count(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 100:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to 100 is needed, not {word!r}")
    return int(word)
