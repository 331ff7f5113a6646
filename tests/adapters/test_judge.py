"""Judges that ask a gateway whose certificate is of a private authority."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from podium.adapters.certificates import Authority
from podium.adapters.judge import GatewayJudge
from podium.kernel.errors import StateError, UpstreamError
from podium.manifest.audit_rows import JudgeRow

JUDGE = JudgeRow("polite", "model_call", "It is polite.", "judge", "big", votes=1, budget_nano_usd=100)


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"choices": [{"message": {"content": "yes"}}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    authority = Authority(tmp_path)
    authority.create()
    authority.issue_keeper(["127.0.0.1"], 1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "keeper.pem", tmp_path / "keeper.key")
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_private_authority_is_trusted_where_it_is_named(gateway: str, tmp_path: Path) -> None:
    """With its file a judgement comes; without it nobody knows the gateway, and nothing is sent."""
    judge = GatewayJudge(gateway, lambda _: "token", ca_file=str(tmp_path / "ca.pem"))
    assert judge.ask(JUDGE, [{"role": "user", "content": "Is it?"}]).text == "yes"
    judge.close()
    stranger = GatewayJudge(gateway, lambda _: "token")
    with pytest.raises(UpstreamError, match="did not answer"):
        stranger.ask(JUDGE, [{"role": "user", "content": "Is it?"}])
    stranger.close()


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_of_no_use_is_told(tmp_path: Path, text: str | None) -> None:
    """It is named, with the variable that names it."""
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(StateError, match=r"ca\.pem.*PODIUM_GATEWAY_CA"):
        GatewayJudge("https://127.0.0.1:1", ca_file=str(file))
