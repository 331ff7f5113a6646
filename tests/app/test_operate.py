"""Operating a running Podium: upgrades, TLS, a keeper that stands still, levels of log."""

import json
import os
import signal
import socket
import sqlite3
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import httpx
import openai
import pytest
import trustme

from podium.adapters.records import HEAD
from tests.app.running import Running, answers, podium, running, simulator, until
from tests.app.test_up import ask


class Traffic:
    """Calls without a pause, some on kept connections and some on new ones, from a few threads."""

    def __init__(self, it: Running, key: str, threads: int = 4) -> None:
        self.answered = 0
        self.failed: list[str] = []
        self._stop = threading.Event()
        self._it, self._key = it, key
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(threads)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, number: int) -> None:
        headers = {"authorization": f"Bearer {self._key}"}
        body = {"model": "large", "messages": [{"role": "user", "content": "hi"}], "max_completion_tokens": 4}
        kept = httpx.Client(timeout=120)
        while not self._stop.is_set():
            try:
                post: Callable[..., httpx.Response] = kept.post if number % 2 else httpx.post
                answer = post(self._it.url + "/v1/chat/completions", json=body, headers=headers)
                answer.raise_for_status()
                self.answered += 1
            except httpx.HTTPError as error:
                self.failed.append(repr(error))
        kept.close()


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One Podium with two workers, for what leaves it as it was: running, with whatever is in its log."""
    folder = tmp_path_factory.mktemp("operated")
    with simulator(folder) as (port, _), running(folder, port, "--workers", "2") as it:
        yield it


def test_workers_are_replaced_without_a_failed_call(it: Running) -> None:
    """`podium upgrade` under load: every call is answered and in the ledger, all workers are new."""
    before, charged = set(it.workers()), len(it.ledger())
    with Traffic(it, it.key()) as traffic:
        until(lambda: traffic.answered > 50, "traffic")
        for _ in range(2):
            done = podium("upgrade", state=it.state)
            assert done.returncode == 0, done.stderr
            assert "2 workers replaced" in done.stdout
        so_far = traffic.answered
        until(lambda: traffic.answered > so_far + 50, "traffic on the new workers")
    assert traffic.failed == []
    assert not before & set(it.workers())
    until(lambda: len(it.ledger()) - charged == traffic.answered, "the ledger")
    assert "podium: all workers replaced" in it.log.read_text()


def test_an_upgrade_asked_for_during_one_comes_after_it(it: Running) -> None:
    """A SIGHUP while workers are being replaced is not lost: all of them are replaced once more."""
    said = len(it.log.read_text())

    def count(line: str) -> int:
        return it.log.read_text()[said:].count(line)

    it.process.send_signal(signal.SIGHUP)
    until(lambda: count("podium: gateway-0 replaced"), "the first pass")
    it.process.send_signal(signal.SIGHUP)
    until(lambda: count("podium: all workers replaced") == 2, "the second pass")
    assert count("podium: gateway-0 replaced") == 2


def test_upgrade_and_log_level_need_a_podium(tmp_path: Path) -> None:
    """Where nothing runs both say so, with the exit code for it."""
    for verb in (["upgrade"], ["log-level", "debug"]):
        done = podium(*verb, state=tmp_path / "none")
        assert done.returncode == 5, done.stderr
        assert "podium up" in done.stderr


def test_the_log_level_changes_at_run_time(it: Running) -> None:
    """Every process says its new level, and so does one that is started later."""
    said = len(it.log.read_text())
    done = podium("log-level", "debug", state=it.state)
    assert done.returncode == 0, done.stderr
    for process in ("keeper", "control", "gateway-0"):
        until(lambda p=process: f" {p}: log level debug" in it.log.read_text()[said:], process)
    assert podium("log-level", "verbose", state=it.state).returncode == 2


def test_what_operators_do_is_in_the_chain(it: Running, tmp_path: Path) -> None:
    """A backup, an upgrade and a change of the log's level are rows, with who did them."""

    def told() -> list[tuple[str, str, str]]:
        listed = podium("evidence", "list", "--json", state=it.state)
        rows = [row for row in json.loads(listed.stdout)["acts"] if row["kind"] == "podium.operate"]
        return [(row["actor"], row["subject"], row["outcome"]) for row in rows]

    before = Counter(told())
    backup = str(tmp_path / "b.tar.gz")
    done = [
        podium("log-level", "debug", state=it.state),
        podium("backup", backup, "--manifests", str(it.manifests), state=it.state),
        podium("upgrade", state=it.state),
    ]
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
    assert Counter(told()) - before == Counter(
        ("command line", what, "done") for what in ("", backup, "debug")
    )


def test_point_14_a_stopped_keeper(tmp_path: Path) -> None:
    """SIGSTOP: soon every call is answered 503 not_ready, /livez stays green, and SIGCONT cures it."""
    with simulator(tmp_path) as (port, _), running(tmp_path, port) as it:
        client = it.client(it.key())
        ask(client)
        keeper = it.children()["keeper"]
        os.kill(keeper, signal.SIGSTOP)
        try:
            until(lambda: _refused(client), "the first refusal", 30)
            for _ in range(3):
                start = time.monotonic()
                with pytest.raises(openai.InternalServerError) as refused:
                    ask(client)
                assert refused.value.status_code == 503
                assert refused.value.code == "not_ready"
                assert time.monotonic() - start < 20  # at once, however busy the machine
                assert httpx.get(it.url + "/livez").status_code == 200
            ready = httpx.get(it.url + "/readyz")
            assert ready.status_code == 503
            assert "keeper" in ready.text
        finally:
            os.kill(keeper, signal.SIGCONT)
        until(lambda: not _refused(client), "calls again")
        until(lambda: httpx.get(it.url + "/readyz").status_code == 200, "readiness again")


def test_a_newer_console_does_not_end_calls(tmp_path: Path) -> None:
    """A control process that does not know the records yet says so and waits; calls go on meanwhile.

    So it is where a newer Podium was installed, `podium up` not started again, and the process dies.
    """
    with simulator(tmp_path) as (port, _), running(tmp_path, port) as it:
        client = it.client(it.key())
        until(lambda: "podium: console" in it.log.read_text(), "the console")
        _stamp(it, "0025")
        said = len(it.log.read_text())
        os.kill(it.children()["control"], signal.SIGKILL)
        until(lambda: "no console and no admin API" in it.log.read_text()[said:], "the word of it")
        assert "schema 0025" in it.log.read_text()[said:]
        ask(client)
        _stamp(it, HEAD)
        metrics = f"http://127.0.0.1:{it.admin_port}/metrics"
        with httpx.Client(timeout=120) as http:
            until(lambda: answers(http, metrics), "the console again")
        ask(client)
        assert it.stop() == 0


def _stamp(it: Running, revision: str) -> None:
    """Say of the records that they have another revision of their schema."""
    database = sqlite3.connect(it.state / "podium.db", timeout=60)
    with database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()


def test_point_14_a_keeper_that_never_was(tmp_path: Path) -> None:
    """A worker whose keeper does not answer from the start refuses too, and does not hang."""
    with simulator(tmp_path) as (port, _):
        it = Running(tmp_path, port)
        try:
            until(lambda: {"keeper", "gateway"} <= set(it.children()), "the children")
            os.kill(it.children()["keeper"], signal.SIGSTOP)
            until(lambda: _status(it) == 503, "a refusal")
            os.kill(it.children()["keeper"], signal.SIGCONT)
            it.wait_ready()
        finally:
            it.stop()
            it.close()


TOOL_SERVER = """
---
apiVersion: podium/v1
kind: ToolServer
metadata: {name: mail}
spec: {url: "http://127.0.0.1:9/mcp", tools: {list_messages: {effect: read, returns: {integrity: public}}}}
"""


def test_tls_and_a_new_certificate(tmp_path: Path) -> None:
    """The official SDK over TLS, which all four ports have; each uses a new certificate without a restart,
    and goes on with it where the next one is broken."""
    authority = trustme.CA()
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def write(name: str) -> None:
        made = authority.issue_cert("127.0.0.1", common_name=name)
        made.private_key_pem.write_to_path(str(key))
        made.cert_chain_pems[0].write_to_path(str(cert))

    write("first")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    with simulator(tmp_path) as (port, _):
        it = Running(
            tmp_path,
            port,
            "--tls-cert",
            str(cert),
            "--tls-key",
            str(key),
            "--tls-ports",
            "gateway,tools,collector,admin",
        )
        it.manifest.write_text(it.manifest.read_text() + TOOL_SERVER)
        it.url = it.url.replace("http:", "https:")
        ports = (it.port, it.tools_port, it.collector_port, it.admin_port)
        try:
            with httpx.Client(verify=trusted) as web:
                until(lambda: _https(web, it) == 200, "readiness over TLS")
                client = openai.OpenAI(base_url=it.url + "/v1", api_key=it.key(), http_client=web)
                ask(client)
            for one in ports:
                until(lambda one=one: _name(trusted, one) == "first", f"TLS on {one}")  # type: ignore[misc] # bound now
            metadata = f"https://127.0.0.1:{it.tools_port}/.well-known/oauth-protected-resource/mcp"
            until(lambda: httpx.get(metadata, verify=trusted).status_code == 200, "the tool gateway")
            assert (
                httpx.get(metadata, verify=trusted).json()["resource"]
                == f"https://127.0.0.1:{it.tools_port}/mcp"
            )
            shown = f"console https://127.0.0.1:{it.admin_port}/"
            until(lambda: shown in it.log.read_text(), "the console's line")  # it answers a little before
            write("second")
            for one in ports:
                until(lambda one=one: _name(trusted, one) == "second", "the new certificate")  # type: ignore[misc] # bound now
            said = len(it.log.read_text())  # who has read the new one beside the old key has said so
            (tmp_path / "broken.pem").write_text("broken")
            (tmp_path / "broken.pem").replace(cert)
            warning = "the old TLS certificate stays in use"
            until(lambda: it.log.read_text()[said:].count(warning) == 4, "the warnings")
            assert [_name(trusted, port) for port in ports] == ["second"] * 4
            with pytest.raises(httpx.HTTPError):
                httpx.get(it.url.replace("https:", "http:") + "/livez")
            assert it.stop() == 0
        finally:
            it.close()


def test_tls_client_certificates(tmp_path: Path) -> None:
    """With --tls-client-ca a client without a certificate of that authority gets nothing."""
    authority, others = trustme.CA(), trustme.CA()
    for name, made in (("server", authority.issue_cert("127.0.0.1")), ("client", authority.issue_cert("c"))):
        made.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / f"{name}.pem"))
    others.issue_cert("c").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "stranger.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = str(tmp_path / "server.pem")
    with simulator(tmp_path) as (port, _):
        options = ["--tls-cert", server, "--tls-key", server, "--tls-client-ca", str(tmp_path / "ca.pem")]
        it = Running(tmp_path, port, *options, "--tls-ports", "gateway,tools")
        it.manifest.write_text(it.manifest.read_text() + TOOL_SERVER)
        it.url = it.url.replace("http:", "https:")
        try:
            known = ssl.create_default_context()
            authority.configure_trust(known)
            known.load_cert_chain(tmp_path / "client.pem")
            with httpx.Client(verify=known) as web:
                until(lambda: _https(web, it) == 200, "readiness with a client certificate")
                tools = f"https://127.0.0.1:{it.tools_port}"
                until(lambda: _https(web, it, tools) == 200, "the tool gateway with a client certificate")
            for file in (None, "stranger.pem"):
                context = ssl.create_default_context()
                authority.configure_trust(context)
                if file is not None:
                    context.load_cert_chain(tmp_path / file)
                for url in (it.url + "/livez", tools + "/healthz"):
                    with pytest.raises(httpx.HTTPError):
                        httpx.get(url, verify=context)
            assert it.stop() == 0
        finally:
            it.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tls-cert", "{0}/cert.pem"], "both a certificate and a key"),
        (["--tls-client-ca", "{0}/cert.pem"], "need TLS"),
        (["--tls-ports", "tools"], "needs a certificate"),
        (["--tls-cert", "{0}/cert.pem", "--tls-key", "{0}/key.pem", "--tls-ports", "keeper"], "Name some of"),
        (["--tls-cert", "{0}/gone.pem", "--tls-key", "{0}/key.pem"], "gone.pem cannot be read"),
        (["--tls-cert", "{0}/cert.pem", "--tls-key", "{0}/other.pem"], "is of no use"),
        (["--tls-cert", "{0}/text.pem", "--tls-key", "{0}/key.pem"], "is of no use"),
    ],
)
def test_tls_files_of_no_use(tmp_path: Path, options: list[str], said: str) -> None:
    """`podium up` says which file is wrong, and starts nothing."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    made.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    made.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    authority.issue_cert("x").private_key_pem.write_to_path(str(tmp_path / "other.pem"))
    (tmp_path / "text.pem").write_text("no certificate")
    done = podium("up", *(option.format(tmp_path) for option in options), state=tmp_path / "state")
    assert done.returncode == 4
    assert said in done.stderr


def _refused(client: openai.OpenAI) -> bool:
    try:
        ask(client)
    except openai.InternalServerError:
        return True
    return False


def _status(it: Running) -> int:
    try:
        return httpx.post(it.url + "/v1/chat/completions", json={}).status_code
    except httpx.TransportError:
        return 0


def _https(web: httpx.Client, it: Running, url: str | None = None) -> int:
    try:
        return web.get((url or it.url) + "/readyz").status_code
    except httpx.TransportError:
        return 0


def _name(context: ssl.SSLContext, port: int) -> str:
    """Return the common name of the certificate that is shown on a port, empty where none is."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port)) as raw,
            context.wrap_socket(raw, server_hostname="127.0.0.1") as tls,
        ):
            shown = tls.getpeercert() or {}
    except OSError:
        return ""
    names = dict(pair[0] for pair in shown["subject"])  # type: ignore[misc,index] # a sequence of pairs
    return str(names["commonName"])
