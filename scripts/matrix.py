"""Run every SDK against every provider's format and write the table into docs/matrix.md.

python scripts/matrix.py [--check]

``--check`` writes nothing. Exits 1 where a cell fails.
"""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "matrix.md"
HEAD = """# The matrix

What each official SDK (a row's first column) does to a provider of each dialect, through a live gateway and
the simulated provider, written by `make matrix`. A cell is how many of the scenarios in
`tests/matrix/scenarios.py` hold; each also proves that tokens and cost in the answer are those charged.

"""


class Cells:
    """Gathers what pytest says of each cell."""

    def __init__(self) -> None:
        self.outcomes: dict[tuple[str, str, str], bool] = {}
        self.why: dict[tuple[str, str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one test's end."""
        found = re.search(r"test_cell\[([^-\]]+)-(.+)-([a-z_]+)\]", report.nodeid)
        if found is None or (report.when != "call" and not report.failed):
            return
        key = (found[1], found[2], found[3])
        self.outcomes[key] = self.outcomes.get(key, True) and not report.failed
        if report.skipped and isinstance(report.longrepr, tuple):
            self.why[key] = str(report.longrepr[2]).removeprefix("Skipped: ")


def table(cells: Cells) -> str:
    """Return the page."""
    clients = list(dict.fromkeys(client for client, _, _ in cells.outcomes))
    dialects = list(dict.fromkeys(dialect for _, dialect, _ in cells.outcomes))
    scenarios = list(dict.fromkeys(scenario for _, _, scenario in cells.outcomes))
    lines = [
        f"| SDK | {' | '.join(f'`{dialect}`' for dialect in dialects)} |",
        "|---" * (len(dialects) + 1) + "|",
    ]
    for client in clients:
        row = []
        for dialect in dialects:
            own = [cells.outcomes[key] for s in scenarios if (key := (client, dialect, s)) in cells.outcomes]
            row.append(f"{sum(own)} of {len(own)}")
        lines.append(f"| {client} | {' | '.join(row)} |")
    text = (
        HEAD
        + "\n".join(lines)
        + f"\n\nScenarios: {', '.join(scenario.replace('_', ' ') for scenario in scenarios)}.\n"
    )
    if cells.why:
        text += "\nNot expressible, and refused by name (a cell counts the refusal as held):\n\n"
        text += "".join(
            f"- {' to '.join(key[:2])}, {key[2]}: {why}\n" for key, why in sorted(cells.why.items())
        )
    failed = [key for key, held in cells.outcomes.items() if not held]
    if failed:
        text += "\nFailing:\n\n" + "".join(f"- {' / '.join(key)}\n" for key in failed)
    return text


def main() -> int:
    """Run the matrix."""
    cells = Cells()
    pytest.main(["-q", "-p", "no:cacheprovider", str(ROOT / "tests" / "matrix")], plugins=[cells])
    page = table(cells)
    print(page)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    return 0 if cells.outcomes and all(cells.outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
