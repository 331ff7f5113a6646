"""A platform team and its back office, made up: deployments, alerts, flags, zones, a rota, invoices."""

from datetime import date
from typing import Any, Final

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY: Final = date(2026, 11, 26)  # a Thursday
DOMAINS: Final = frozenset({"quay.example"})
OURS: Final = FieldLabel("organisation")
THEIRS: Final = FieldLabel("public")
DONE: Final = ReturnsRow("organisation")
QUERY: Final = SinkRow("query")


def _list(tool: str, id_: str, names: str, *theirs: str) -> ToolRow:
    """Return a lookup of the organisation's, but for some fields that strangers write."""
    server, _, name = tool.partition("/")
    returns = ReturnsRow(
        "organisation",
        object=ObjectRow("result", id_, tuple(names.split()), kind=name[5:].removesuffix("s")),
        fields={f"result[].{field}": THEIRS for field in theirs},
    )
    return ToolRow(server, name, "read", arguments={"query": QUERY}, returns=returns)


def _act(tool: str, intents: str, arguments: str, *, effect: str = "irreversible") -> ToolRow:
    server, _, name = tool.partition("/")
    sinks = {it.partition(":")[0]: SinkRow(it.partition(":")[2]) for it in arguments.split()}  # type: ignore[arg-type]
    return ToolRow(server, name, effect, tuple(intents.split(", ")), sinks, DONE)  # type: ignore[arg-type]


_ROWS: Final = (
    _list("ops/list_deployments", "id", "id service version", "notes"),
    _list("ops/list_alerts", "id", "id host check", "text"),
    _list("ops/list_flags", "key", "key title"),
    _list("ops/list_shifts", "id", "team day"),
    _list("ops/list_engineers", "email", "name email"),
    _list("office/list_contacts", "id", "name company", "notes"),
    _list("office/list_invoices", "number", "number client title"),
    _list("office/list_timesheets", "client", "client who"),
    _act("ops/deploy", "deploy, roll back, release", "service:path version:value"),
    _act("ops/acknowledge_alert", "acknowledge, ack, silence", "alert_id:object", effect="write"),
    _act("ops/set_flag", "set, turn on, turn off", "key:object percent:amount customer:value"),
    _act("ops/change_record", "add, change, delete, point", "zone:path name:path type:value value:value"),
    _act("ops/set_shift", "put, set, change", "team:path day:date engineer:recipient", effect="write"),
    _act("ops/scale_service", "scale, resize", "service:path replicas:amount"),
    _act("ops/page_engineer", "page, call, wake", "email:recipient message:text"),
    _act("office/create_quote", "make, quote", "contact_id:object title:text amount:amount", effect="write"),
    _act(
        "office/create_invoice",
        "invoice, bill, charge",
        "client:value amount:amount title:text",
        effect="write",
    ),
    _act("office/send_invoice", "send, mail", "number:object to:recipient"),
)
TOOLS: Final = {row.id: row for row in _ROWS}
DEPLOYMENTS: Final = [
    {"id": 911, "service": "checkout", "version": "5.14.1", "at": "2026-11-26T09:40", "notes": "cards"},
    {"id": 907, "service": "checkout", "version": "5.14.0", "at": "2026-11-24T14:05", "notes": "button"},
    {"id": 899, "service": "checkout", "version": "5.13.6", "at": "2026-11-19T11:30", "notes": "cents"},
    {"id": 910, "service": "hooks", "version": "2.8.0", "at": "2026-11-25T08:15", "notes": "retries"},
    {"id": 884, "service": "hooks", "version": "2.7.9", "at": "2026-11-12T16:00", "notes": "signed"},
]
ALERTS: Final = [
    {"id": "A-10", "host": "db-3", "check": "disk", "severity": "warning", "text": "91 percent"},
    {"id": "A-11", "host": "web-7", "check": "errors", "severity": "critical", "text": "4 percent of /cart"},
    {"id": "A-12", "host": "mq-1", "check": "queue", "severity": "warning", "text": "18400 messages"},
]
FLAGS: Final = [
    {"key": "beta-board", "title": "The new board", "customer": "Norvane", "percent": 0},
    {"key": "dark-mode", "title": "Dark colours", "customer": "all", "percent": 100},
]
SHIFTS: Final = [{"id": "S-1", "team": "edge", "day": "2026-11-27", "engineer": "sol@quay.example"}]
ENGINEERS: Final = [
    {"name": "Bram Dekker", "email": "bram@quay.example", "team": "storage"},
    {"name": "Wanda Liu", "email": "wanda@quay.example", "team": "storage"},
]
CONTACTS: Final = [
    {
        "id": 31,
        "name": "Greta Lind",
        "company": "Halden",
        "email": "greta@halden.example",
        "accounts_email": "accounts@halden.example",
        "notes": "",
    }
]
INVOICES: Final = [
    {"number": "TR-118", "client": "Halden", "title": "Posters", "amount": 1260.0},
    {"number": "TR-121", "client": "Ferro", "title": "Tiles", "amount": 2600.0},
]
TIMESHEETS: Final = [
    {"client": "Halden", "who": "Mia", "hours": 22.5, "rate": 90.0},
    {"client": "Ferro", "who": "Mia", "hours": 4.0, "rate": 80.0},
]
HELD: Final = {
    "ops/list_deployments": DEPLOYMENTS,
    "ops/list_alerts": ALERTS,
    "ops/list_flags": FLAGS,
    "ops/list_shifts": SHIFTS,
    "ops/list_engineers": ENGINEERS,
    "office/list_contacts": CONTACTS,
    "office/list_invoices": INVOICES,
    "office/list_timesheets": TIMESHEETS,
}
GRANTS: Final = {"ops/set_flag": '{"properties": {"customer": {"default": "all"}}}'}


def decide(request: str, tool: str, *, more: dict[str, Any] | None = None, **arguments: Any) -> Verdict:
    """Return what is decided of one call, once all lookups have been read. ``more``: of other results."""
    grants = [GrantRow(it.id, GRANTS.get(it.id), 10 if it.writes else None) for it in _ROWS]
    readings, effective = Readings(request, TODAY), narrow(grants, TOOLS, request)
    for at, (name, content) in enumerate({**HELD, **(more or {})}.items(), 1):
        readings.apply(Read(name, TOOLS[name].returns, {}, {"result": content}, at))
    standing = Standing(readings, effective.grant(tool), refusal=effective.refusal(tool), domains=DOMAINS)
    return decide_tool_call(ToolCall("a", TOOLS[tool].client_name, TOOLS[tool], arguments), standing)
