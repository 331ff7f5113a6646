"""What the head of every page has in common: style, script, icon, and the theme before the first paint."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from podium.console.markup import element, join

ASSETS: Final = Path(__file__).parent / "assets"
ASSETS_PATH: Final = "/console/assets"

THEME_SCRIPT: Final = Markup(
    "<script>(()=>{let t=null;try{t=localStorage.getItem('podium-theme')}catch{}"
    "document.documentElement.dataset.theme=t==='dark'||t==='light'?t:"
    "matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'})()</script>"
)
"""Runs before anything is painted, so that a dark page never flashes white."""

_POLICY: Final = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",  # NiceGUI's Vue compiles templates in the browser
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SECURITY_HEADERS: Final = {
    "content-security-policy": "; ".join(f"{name} {sources}" for name, sources in _POLICY.items()),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""A browser that shows the console talks to its origin alone."""


@cache
def asset(name: str) -> str:
    """Return the address of an asset; it changes with the content, so that browsers may keep it."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"{ASSETS_PATH}/{name}?v={digest}"


def common_head() -> Markup:
    """Return the common part of the head."""
    return join(
        THEME_SCRIPT,
        element("link", rel="stylesheet", href=asset("console.css")),
        element("link", rel="icon", type="image/svg+xml", href=asset("podium.svg")),
        element("script", src=asset("console.js"), defer=True),
    )


def document(title: str, body: Markup, *, head: Markup | None = None) -> str:
    """Return a whole page that needs no NiceGUI."""
    page = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("title", f"{title} · Podium" if title != "Podium" else title),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            common_head(),
            head,
        ),
        element("body", body),
        lang="en",
    )
    return f"<!doctype html>{page}"
