"""A long trace in a real browser: the time to its first rows, and until it answers keys.

    python -m bench.traces_page --spans 20000 --times 5

A console over a collector with the trace in DuckDB, in a process of its own, and Chromium, which loads the
page anew each time. What is told is what the browser measured from the start of the navigation: until rows
stand there, and until a press of End has shown the last one. Valid on a machine that does nothing else.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from tests.console import spans
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, open_chromium, serving


def measure(browser: Browser, path: str, last: int) -> tuple[float, float, float]:
    """Load the page; return ms to the first rows, ms to the last row's being reached, and ms of fetching."""
    browser.chromium.get("about:blank")
    browser.open(path)
    browser.find(".wf-row")
    rows_ms = browser.script("return performance.getEntriesByName('podium-trace-rows')[0].startTime")
    browser.script("document.querySelector('.wf-scroll').focus()")
    browser.press(Keys.END)
    browser.find(f"#span-{last:016x}.active")
    reached_ms = browser.script("return performance.now()")
    fetch_ms = browser.script(
        "return performance.getEntriesByType('resource').filter((it) => it.name.includes('/data/traces/'))"
        "[0].duration"
    )
    return rows_ms, reached_ms, fetch_ms


def main() -> None:
    """Print the quartiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--spans", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "podium.db", "--spans", str(Path(folder) / "spans.duckdb")) as console,
    ):
        spans.put(console.database, spans.long(time.time_ns() - 10**12, arguments.spans))
        chromium = open_chromium()
        try:
            browser = Browser(chromium).log_in(console.url, TOKEN)
            path = f"/fleet/traces/{spans.LONG}"
            measure(browser, path, arguments.spans)  # the store takes the spans in, the browser the scripts
            found = [measure(browser, path, arguments.spans) for _ in range(arguments.times)]
        finally:
            chromium.quit()
    for name, values in zip(
        ("first rows", "last row reached", "fetch"), zip(*found, strict=True), strict=True
    ):
        median = statistics.median(values)
        print(f"{name:>17}: median {median:7.0f} ms, worst {max(values):7.0f} ms")
    print(f"{arguments.spans} spans, {arguments.times} loads; the limit is 2000 ms")


if __name__ == "__main__":
    main()
