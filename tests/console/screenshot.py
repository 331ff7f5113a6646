"""Takes the README's pictures from the real console.

``python -m tests.console.screenshot LOGIN_LINK`` takes them from a Podium that runs: the link is what
`podium up` and `podium demo` print. Without a link, a console shows the traffic of `seed.py`.
"""

import argparse
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, open_chromium, serving

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1440, "height": 940, "deviceScaleFactor": 1, "mobile": False}


def take(url: str, token: str, window: str) -> None:
    """Take Now in light and dark."""
    chromium = open_chromium()
    try:
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        browser = Browser(chromium).log_in(url, token)
        browser.open(f"/now?window={window}")
        browser.heading("Now")
        for theme, name in (("light", "console-now.png"), ("dark", "console-now-dark.png")):
            browser.click(f"[data-theme-choice={theme}]")
            browser.find(".chart svg path")
            browser.find("#calls tbody tr")
            time.sleep(1.0)  # the charts' last frame
            IMAGES.mkdir(parents=True, exist_ok=True)
            chromium.save_screenshot(str(IMAGES / name))
            print(IMAGES / name)
    finally:
        chromium.quit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("link", nargs="?", help="the console's login link")
    parser.add_argument("--window", help="the window of Now: 5m, 15m, 1h, 6h or 24h")
    arguments = parser.parse_args()
    if arguments.link is not None:
        parts = urlsplit(arguments.link)
        take(f"{parts.scheme}://{parts.netloc}", parse_qs(parts.query)["token"][0], arguments.window or "5m")
        return
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "podium.db") as console:
        seed.seed_fleet(console.engine, time.time_ns())
        take(console.url, TOKEN, arguments.window or "1h")


if __name__ == "__main__":
    main()
