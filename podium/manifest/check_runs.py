"""What must hold of programs that Podium runs."""

from collections.abc import Iterator

from podium.kernel.errors import Finding
from podium.manifest.load import Document


def check_variables(document: Document, *at: str) -> Iterator[Finding]:
    """Yield each variable of an environment of which it is not said, once, what it holds."""
    for path, name in document.keys(*at):
        given = [key for key in ("env", "file", "value") if document.has(*at, name, key)]
        if len(given) != 1:
            message = "exactly one of `env`, `file` and `value` says what it holds."
            yield document.finding(path, message, "Write `{env: NAME}`.")


def check_run(document: Document) -> Iterator[Finding]:
    """Yield every fault of how an agent's program is run."""
    yield from check_variables(document, "spec", "run", "env")
    for field in ("reads", "writes"):
        for path, text in document.texts("spec", "run", field, "*"):
            if text.rstrip("/") in {"", "~", ".."} or text.startswith("~"):
                message = "it is the whole machine, or a home."
                yield document.finding(path, message, "Name the files and folders that the program needs.")
