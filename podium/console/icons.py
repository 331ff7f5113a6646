"""The console's icons: 16 px, one stroke, in the colour of the text beside them."""

from typing import Final

from markupsafe import Markup

_PATHS: Final = {
    "now": '<path d="M1.5 8h3l2-5 3 10 2-5h3"/>',
    "inbox": '<path d="M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5L6.5 11h3l1-1.5H14"/>',
    "fleet": '<circle cx="8" cy="3.5" r="1.8"/><circle cx="3.5" cy="12" r="1.8"/>'
    '<circle cx="12.5" cy="12" r="1.8"/><path d="M7 5.2 4.4 10.3M9 5.2l2.6 5.1M5.3 12h5.4"/>',
    "money": '<path d="M2 4.5h12M2 8h12M2 11.5h7"/>',
    "ship": '<path d="M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.7 5.1 8 8.2l5.3-3.1M8 8.2v6"/>',
    "place": '<path d="M8 14.3s4.7-4.4 4.7-8A4.7 4.7 0 0 0 3.3 6.3c0 3.6 4.7 8 4.7 8z"/>'
    '<circle cx="8" cy="6.3" r="1.7"/>',
    "system": '<rect x="1.8" y="2.5" width="12.4" height="8.5" rx="1"/><path d="M5.5 13.7h5"/>',
    "light": '<circle cx="8" cy="8" r="2.8"/><path d="M8 1.3v1.6M8 13.1v1.6M1.3 8h1.6M13.1 8h1.6'
    'M3.3 3.3l1.1 1.1M11.6 11.6l1.1 1.1M3.3 12.7l1.1-1.1M11.6 4.4l1.1-1.1"/>',
    "dark": '<path d="M13.6 9.6A6 6 0 0 1 6.4 2.4a6 6 0 1 0 7.2 7.2z"/>',
    "person": '<circle cx="8" cy="5" r="2.6"/><path d="M3 14c.4-3 2.3-4.6 5-4.6s4.6 1.6 5 4.6"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "shield": '<path d="M8 1.8 13.2 4v4c0 3.2-2.2 5.3-5.2 6.3C5 13.3 2.8 11.2 2.8 8V4z"/>',
    "warning": '<path d="M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.4v.4"/>',
    "list": '<path d="M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5"/>',
}


def icon(name: str) -> Markup:
    """Return an icon; it says nothing to a screen reader, so that the text beside it must."""
    return Markup(  # noqa: S704 - a constant of this file
        '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{_PATHS[name]}</svg>'
    )
