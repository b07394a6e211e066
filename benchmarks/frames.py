"""Frames a second of the playground: six networks of (16,16,16) on 1000 points, in headless Chromium.

    python -m benchmarks.frames                        every problem for 10 seconds; at least 15 are needed
    python -m benchmarks.frames circles --seconds 30
    python -m benchmarks.frames circles --tab Network   with another tab than the race's open

A frame counts when the browser has drawn the pictures of all six. Frames are what a machine shows that does nothing
else; the processor time of a frame, in the server and in the browser, hardly depends on what else is computed. The page
is busy while its browser draws, and answers no click; it opens when its race can be started. Needs Chromium and what
the tests need.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

RACERS = (
    "sgd(learning_rate=0.1)", "sgd(learning_rate=0.1, momentum=0.9)", "adagrad(learning_rate=0.1)",
    "rmsprop(learning_rate=0.01)", "adam(learning_rate=0.01)", "nadam(learning_rate=0.01)",
)  # fmt: skip
QUERY = [("points", "1000"), ("hidden", "16 16 16"), *(("racer", racer) for racer in RACERS)]
DRAWN = """() => [...Bokeh.documents[0].all_models].find(model => "drawn" in model.properties).drawn"""
STATUS = re.compile(r"^[\d,]+ updates($|,)")


def family(pid: int) -> list[int]:
    """A process and those that it has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    children = [child for child in map(int, listed.stdout.split()) if os.path.exists(f"/proc/{child}/stat")]
    return [pid, *(each for child in children for each in family(child))]


def processor_time(pid: int) -> float:
    """Seconds that a process and those that it has started have computed."""
    total = 0
    for each in family(pid):
        words = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(words[11]) + int(words[12])
    return total / os.sysconf("SC_CLK_TCK")


def drawing_time(session) -> float:
    """Seconds in which the page's browser had something to do."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def watch(page, address: str, problem: str, tab: str, seconds: int, server: int) -> list[float]:
    """Frames of each second of a race; prints a row of the table."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    alone = len(family(server))
    start = perf_counter()
    page.goto(f"{address}/?{urlencode([('data', problem), *QUERY, ('tab', tab)])}")
    status = page.get_by_text(STATUS)
    status.wait_for()
    opened = perf_counter() - start
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_timeout(1000)
    drawn, rates = [page.evaluate(DRAWN)], []
    before, busy, start = (processor_time(server), processor_time(os.getpid())), drawing_time(session), perf_counter()
    for _ in range(seconds):
        page.wait_for_timeout(1000)
        drawn.append(page.evaluate(DRAWN))
        rates.append(drawn[-1] - drawn[-2])
    busy = (drawing_time(session) - busy) / (perf_counter() - start)
    of_server, of_all = processor_time(server) - before[0], processor_time(os.getpid()) - before[1]
    frames = max(1, drawn[-1] - drawn[0])
    costs = [1000 * cost / frames for cost in (of_server, of_all - of_server)]
    print(f"{problem:20} {opened:6.1f} {statistics.median(rates):8.0f} {min(rates):6.0f} {busy:7.0%}   "
          f"{costs[0]:8.1f} {costs[1]:9.1f}", flush=True)  # fmt: skip
    page.goto("about:blank")
    session.detach()
    while len(family(server)) > alone:  # the process that trained for it ends when its session does
        page.wait_for_timeout(200)
    return rates


def main() -> int:
    from playwright.sync_api import sync_playwright

    from minnet.playground.lesson import TABS
    from minnet.playground.problems import GENERATED

    parser = argparse.ArgumentParser(
        "python -m benchmarks.frames", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=f"of: {', '.join(GENERATED)} (all)")
    parser.add_argument("--seconds", type=int, default=10, help="how long each is watched (%(default)s)")
    parser.add_argument("--tab", choices=TABS, default=TABS[0], help="that is open (%(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.problems if name not in GENERATED]
    if unknown:
        parser.error(f"there is no problem {unknown[0]!r}; known: {', '.join(GENERATED)}")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    command = [sys.executable, "-m", "minnet", "play", "--port", "0", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    print("                     opens      frames/s            processor ms per frame")
    print("problem                (s)   median  least    busy     server   browser")
    rates = []
    try:
        address = re.search(r"http://127.0.0.1:\d+", server.stdout.readline())[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for problem in options.problems or GENERATED:
                rates.append(statistics.median(watch(page, address, problem, options.tab, options.seconds, server.pid)))
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
    load = os.getloadavg()[0]
    print(f"least median {min(rates):.0f} frames/s; needed: 15; {load:.1f} processes on {os.cpu_count()} processors")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
