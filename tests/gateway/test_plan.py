"""Where a provider's calls go."""

import msgspec

from podium.gateway.endpoints import Endpoint, find_codec
from podium.gateway.plan import Plan, format_lines
from podium.manifest.snapshot import ModelRow, ProviderRow
from podium.spend.bounds import Calibrator
from podium.wire import anthropic_messages, gemini, openai_chat
from tests.gateway.house import SHEET

PROVIDER = ProviderRow("azure", "openai", "https", "acme.openai.azure.com", 443, "/openai")

MODEL = ModelRow("m", "azure", "gpt-4o", SHEET, None, None)


def target(provider: ProviderRow, upstream: str = "gpt-4o", *, stream: bool = False) -> str:
    plan = Plan(ModelRow("m", provider.name, upstream, SHEET, None, None), provider, Calibrator())
    codec = find_codec(Endpoint("chat", openai_chat), provider.dialect)
    return plan.target(codec, "chat", stream=stream)


def test_azures_paths_and_version_are_attributes_of_the_row():
    """A path of the row's own names the deployment, percent-encoded, and its query comes behind."""
    row = msgspec.structs.replace(
        PROVIDER,
        paths={"chat": "/deployments/{model}/chat/completions"},
        query={"api-version": "2024-10-21"},
    )
    assert target(row) == "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    assert target(row, "team/x y").startswith("/openai/deployments/team%2Fx%20y/chat/completions?")


def test_each_dialect_has_its_own_address():
    """Without a path of its own a row's calls go where its dialect has them; a query joins the dialect's."""
    assert target(PROVIDER) == "/openai/chat/completions"
    other = msgspec.structs.replace(PROVIDER, dialect="anthropic", base_path="/v1")
    assert target(other) == "/v1/messages"
    google = msgspec.structs.replace(PROVIDER, dialect="gemini", base_path="/v1beta", query={"x": "1"})
    assert target(google, "g") == "/v1beta/models/g:generateContent?x=1"
    assert target(google, "g", stream=True) == "/v1beta/models/g:streamGenerateContent?alt=sse&x=1"


def test_headers_of_a_format():
    """A client of the same format says its own version and betas; another's has the format's default."""
    asked = {b"anthropic-version": b"2099-01-01", b"anthropic-beta": b"tools-2099"}
    same = find_codec(Endpoint("chat", anthropic_messages), "anthropic")
    translated = find_codec(Endpoint("chat", gemini), "anthropic")
    assert b"anthropic-version: 2099-01-01" in format_lines(same, asked, MODEL)[0]
    assert b"anthropic-beta: tools-2099" in format_lines(same, asked, MODEL)[0]
    assert format_lines(translated, asked, MODEL) == (b"\r\nanthropic-version: 2023-06-01", ())
    assert b"evil" not in format_lines(same, {b"anthropic-version": b"1\r\nevil: 1"}, MODEL)[0]
