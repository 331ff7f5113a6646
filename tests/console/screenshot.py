"""Takes the README's pictures from the real console: ``python -m tests.console.screenshot``.

The traffic is that of `seed.py`; nothing is drawn by hand.
"""

import tempfile
import time
from pathlib import Path

from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, open_chromium, serving

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1440, "height": 940, "deviceScaleFactor": 1, "mobile": False}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "podium.db") as console:
        seed.seed_fleet(console.engine, time.time_ns())
        chromium = open_chromium()
        try:
            chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
            browser = Browser(chromium).log_in(console.url, TOKEN)
            for theme, name in (("light", "console-now.png"), ("dark", "console-now-dark.png")):
                browser.find(f"[data-theme-choice={theme}]").click()
                browser.find(".chart svg path")
                time.sleep(1.0)  # the charts' last frame
                IMAGES.mkdir(parents=True, exist_ok=True)
                chromium.save_screenshot(str(IMAGES / name))
                print(IMAGES / name)
        finally:
            chromium.quit()


if __name__ == "__main__":
    main()
