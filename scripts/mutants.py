"""Breaks the money protocol on purpose, one way at a time, and looks whether its model finds out.

Each mutant is a text of `podium/` that is replaced in a copy of the tree; the stateful model of the protocol
(tests/keeper/test_limits_model.py) must fail on each. Exit code 1 names those that lived.

``scripts/mutants.py [NAME…]``: a minute each. The draws are random: look twice before one is called alive
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODEL = "tests/keeper/test_limits_model.py"
LIMITS = "podium/keeper/limits.py"
SLICES = "podium/spend/slices.py"
WORKER = "podium/gateway/slices.py"
NO_SHRINKING = """
from hypothesis import Phase
TestProtocol.settings = settings(TestProtocol.settings, phases=[Phase.generate], max_examples=300)
"""
MUTANTS: dict[str, tuple[str, str, str]] = {
    "a grant above the room": (
        SLICES,
        "if room < need:",
        "if room < need // 2:",
    ),
    "a worker that forgets what it has spent": (WORKER, "known=known)", "known=None)"),
    "a grant that forgets what is out": (
        LIMITS,
        'position = of["charged"] + of["outstanding"]',
        'position = of["charged"]',
    ),
    "a return credited twice": (
        LIMITS,
        'window_id"]].add("outstanding", row.out() - before)',
        'window_id"]].add("outstanding", 2 * (row.out() - before))',
    ),
    "a return that is told twice": (
        LIMITS,
        (
            'if it.sequence <= of["sequence"] or of["state"] != "out":\n'
            "            continue\n"
            '        if not of["returned"] <= it.returned <= of["granted"] - of["spent"]:'
        ),
        (
            'if of["state"] != "out":\n'
            "            continue\n"
            '        it = type(it)(it.slice, it.sequence, of["returned"] + it.returned)\n'
            '        if not of["returned"] <= it.returned <= of["granted"] - of["spent"]:'
        ),
    ),
    "a reclaim of whoever is silent": (
        LIMITS,
        ("            for it in questions:\n                _take_back(books, it)\n"),
        (
            "            asking = {it.incarnation for it in questions}\n"
            "            found_all = connection.execute(select(slices.c.id, slices.c.window_id)).all()\n"
            "            books.lock({row.window_id for row in found_all})\n"
            "            books.read([row.id for row in found_all])\n"
            "            for row in books.slices.values():\n"
            '                if row.values["incarnation"] not in asking:\n'
            '                    books.windows[row.values["window_id"]].add("outstanding", -row.out())\n'
            '                    row.put("state", "reclaimed")\n'
            "            for it in questions:\n"
            "                _take_back(books, it)\n"
        ),
    ),
    "a lost journal whose slices are free": (
        LIMITS,
        "if ending.lost and left:",
        "if False and left:",
    ),
    "a grant to the dead": (
        LIMITS,
        "            ended = self._ended(connection, questions)",
        "            ended = set()",
    ),
    "a lowered limit that stays as it was": (
        LIMITS,
        "        self._limits = snapshot.limits() | self._restrained\n",
        (
            "        before = self._limits\n"
            "        self._limits = snapshot.limits() | self._restrained\n"
            "        for name, limit in before.items():\n"
            "            if (limit.amount or 0) > (self._limits[name].amount or 0):\n"
            "                self._limits[name] = limit\n"
        ),
    ),
    "a lowered limit that begins anew": (
        LIMITS,
        'position = of["charged"] + of["outstanding"]',
        (
            'position = of["charged"] + of["outstanding"]\n'
            "        if amount is not None and position > amount:\n"
            "            position = 0"
        ),
    ),
    "a roll-over that credits the new window": (
        LIMITS,
        'books.windows[of["window_id"]].add("outstanding", row.out() - before)',
        (
            'newest = max(w for w in books.windows if w.split("@")[0] == of["window_id"].split("@")[0])\n'
            '        books.windows[newest].add("outstanding", row.out() - before)'
        ),
    ),
    "a charge to the new window": (
        LIMITS,
        '    window.add("charged", used - covered)\n',
        '    window.add("charged", (used - covered) // 2)\n',
    ),
    "an override that does not end": (
        LIMITS,
        "it.from_ns <= at_ns < it.until_ns",
        "it.from_ns <= at_ns",
    ),
    "an override that counts twice": (
        LIMITS,
        "                amount += it.amount\n",
        "                amount += 2 * it.amount\n",
    ),
    "a write-off that frees": (
        LIMITS,
        ('            window.add("charged", left)\n            it.add("covered", left)\n'),
        '            it.add("covered", left)\n',
    ),
    "a worker that keeps what it gives back": (
        SLICES,
        ("        self.free = 0\n        self.returned += amount\n"),
        "        self.returned += amount\n",
    ),
}


def lives(name: str, tree: Path) -> bool:
    """Return whether a mutant is not found. Raises ValueError where it is none."""
    file, old, new = MUTANTS[name]
    path = tree / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(
            f"mutant {name!r}: its text stands {text.count(old)} times in {file}; mend this list"
        )
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", MODEL, "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"],
            cwd=tree,
            capture_output=True,
            check=False,
        )
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode and b"AssertionError" not in done.stdout:
        raise ValueError(f"mutant {name!r} is no mutant but a fault:\n{done.stdout.decode()[-2000:]}")
    return done.returncode == 0


def main() -> int:
    """Try the mutants that are named, or all."""
    alive = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for part in ("podium", "tests"):
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        with (tree / MODEL).open("a", encoding="utf-8") as model:
            model.write(NO_SHRINKING)
        for name in sys.argv[1:] or MUTANTS:
            lived = lives(name, tree)
            alive += [name] * lived
            print(f"{'LIVES' if lived else 'found'}  {name}", flush=True)
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
