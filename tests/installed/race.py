"""A race in the browser: ``race.py PYTHON`` opens what the minnet of that environment serves, and starts it."""

import re
import shutil
import subprocess
import sys

from playwright import sync_api

PATIENCE = 120_000  # milliseconds

chromium = shutil.which("chromium") or sys.exit("no Chromium: no race")
command = [sys.argv[1], "-m", "minnet", "play", "--port", "0", "--no-browser"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_api.sync_playwright() as playwright:
    try:
        address = re.search(r"http://[\w.:]+", server.stdout.readline())[0]
        with playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser:
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            page.get_by_role("button", name="Start", exact=True).click()
            print(page.get_by_text(re.compile(r"^[\d,]{3,} updates($|,)")).first.text_content())
    finally:
        server.terminate()
