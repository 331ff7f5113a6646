"""The browser of the console's tests."""

from tests.console.conftest import chromium, visitor

__all__ = ["chromium", "visitor"]
