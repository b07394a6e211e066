"""Frames a second of the playground: six networks of (16,16,16) on 1000 points, in headless Chromium.

    python -m benchmarks.frames                at least 15 are needed
    python -m benchmarks.frames --seconds 30

A frame counts when the browser has drawn all six boundaries. Needs Chromium and what the tests need.
"""

import argparse
import re
import shutil
import subprocess
import sys
from urllib.parse import urlencode

RACERS = (
    "sgd(learning_rate=0.1)", "sgd(learning_rate=0.1, momentum=0.9)", "adagrad(learning_rate=0.1)",
    "rmsprop(learning_rate=0.01)", "adam(learning_rate=0.01)", "nadam(learning_rate=0.01)",
)  # fmt: skip
QUERY = urlencode([("points", "1000"), ("hidden", "16 16 16"), *(("racer", racer) for racer in RACERS)])


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(
        "python -m benchmarks.frames", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="how long it is watched (%(default)s)")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    command = [sys.executable, "-m", "minnet", "play", "--port", "0", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://127.0.0.1:\d+", server.stdout.readline())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address[0]}/?{QUERY}")
            status = page.get_by_text(re.compile(r"^[\d,]+ updates($|,)"))
            status.wait_for()
            page.get_by_role("button", name="Start", exact=True).click()
            statuses = []
            for _ in range(int(options.seconds)):
                page.wait_for_timeout(1000)
                statuses.append(status.inner_text())
                print(statuses[-1], flush=True)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
    rates = sorted(int(re.search(r"(\d+) frames/s", text)[1]) for text in statuses[2:] if "frames/s" in text)
    print(f"median {rates[len(rates) // 2]} frames/s, least {rates[0]}; needed: 15")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
