"""How the tests are spread over processes: by file, but those that share what is dear stay together.

A browser, a console with its traffic, or a built and installed Podium serves all its tests in one process.
What takes longest begins first, so that none is waited for at the end.
"""

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

TOGETHER = {
    "tests/console/": "the console",
    "tests/stories/": "the stories",
    "tests/ship/test_container.py": "an installed Podium",
    "tests/ship/test_packages.py": "an installed Podium",
    "tests/ship/test_systemd.py": "an installed Podium",
}
"""By how a file's path begins: what its tests share. They begin in this order."""


class Spread(LoadFileScheduling):
    """Whole files go to a process when it has little left, what is together as if it were one file."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((shared for begin, shared in TOGETHER.items() if file.startswith(begin)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        first = next((shared for shared in TOGETHER.values() if shared in self.workqueue), None)
        if first is not None:
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)
