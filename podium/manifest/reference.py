"""The manifests' reference, made from the kinds themselves: JSON Schema for editors, Markdown for people."""

from collections.abc import Iterator
from typing import Any, Final

from podium.manifest.fields import API_VERSION, DURATION_PATTERN
from podium.manifest.kinds import KINDS
from podium.manifest.text import MAX_FILE_BYTES

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_HEAD: Final = f"""# Manifests

Generated from the kinds by `podium schema --markdown`; do not edit.

Manifests are YAML files in one folder and the folders below it (`.yaml`, `.yml`; names that begin with a
dot are passed over). Each document has `apiVersion: {API_VERSION}`, `kind`, `metadata` and `spec`; a file
may hold several, up to {MAX_FILE_BYTES >> 20} MiB. `podium init` writes a first set, `examples/fleet/` is a
larger one, `podium schema --out DIR` writes JSON Schemas for editors.

## What happens to them

`podium validate` and the running Podium read them in the same way. They compile into one snapshot, which has
a version and a digest, and which the gateway swaps between two requests. `podium up` looks at the folder
every second. If there is one finding, nothing of the new version comes into force: the old one stays, and the
log and the console say so.

Every finding is reported at once, with file, line, field and what to do:

    fleet/models.yaml:12: spec.provider: there is no Provider opnai. Did you mean `openai`?
    fleet/models.yaml:19: spec.maxOutputToken: there is no such field here. Did you mean `maxOutputTokens`?

Findings are: unknown fields and values, references to what is not there, two manifests of one kind with the
same name, departments in a cycle or without one root, models without a price or a ceiling, tools that nobody
could tell apart, rules that are not Cedar or speak of what there is not, secrets. `podium validate` also
warns of what is allowed and hardly meant.

## How values are written

- **Names** are lower-case letters, digits, `-` and `.`, at most 128 of them. The name of a Route is what
  clients send as `model`, so it may also hold upper-case letters, `_`, `/` and `:`.
- **Durations** are a number and a unit: `200ms`, `5s`, `2m`, `1h`.
- **Money** is USD as a decimal number, `2.50`, with at most 12 decimals. It is never read as a float.
- **Text** needs no quotes where YAML does not ask for them: `no`, `1.10` and `12:30` stay as written.
- **Secrets** never stand in a manifest, not even in a comment. A provider's `credential` names an
  environment variable, or a file, which is read again when it changes.
- Anchors, aliases and `<<` work within a document.
"""

EXAMPLES: Final = {
    "Provider": """\
apiVersion: podium/v1
kind: Provider
metadata:
  name: openai
spec:
  baseUrl: https://api.openai.com/v1
  credential: {env: OPENAI_API_KEY}
  region: us
  timeouts: {firstByte: 60s}
""",
    "Model": """\
apiVersion: podium/v1
kind: Model
metadata:
  name: large
spec:
  provider: openai
  upstream: gpt-4o-2024-08-06
  tier: frontier
  contextWindowTokens: 128000
  maxOutputTokens: 16384
  capabilities: [vision, tools, structured_output]
  price: # leave it out to have the published price
    inputPerMillionTokens: 2.50
    cacheReadPerMillionTokens: 1.25
    outputPerMillionTokens: 10.00
""",
    "Route": """\
apiVersion: podium/v1
kind: Route
metadata:
  name: openai/gpt-4o
spec:
  candidates:
    - {model: large, weight: 9}
    - {model: larger, weight: 1}
  fallbacks: [small]
  ladder: [frontier, small] # near a limit, calls go down to the small one
  retry: {maxAttempts: 3, backoff: 200ms}
""",
    "Department": """\
apiVersion: podium/v1
kind: Department
metadata:
  name: engineering
spec:
  parent: acme # the organisation itself has no parent
  limits:
    - {amount: 500, window: month, timeZone: Europe/Berlin}
    - {amount: 2_000_000, unit: reasoning_tokens, window: day, tier: frontier}
""",
    "Agent": """\
apiVersion: podium/v1
kind: Agent
metadata:
  name: code-reviewer
spec:
  department: engineering
  routes: [openai/gpt-4o]
  limits:
    - {amount: 20, window: day}
    - {amount: 0.50, window: task} # for each of its tasks
  tools: # docs/tools.md
    mail/list_messages: {}
    mail/send_email:
      uses: 5
      arguments: # JSON Schema
        properties: {subject: {maxLength: 200}}
      else: ask
  decoys:
    - {name: all-passwords, document: {tool: mail/list_messages, argument: folder, value: passwords-backup}}
  run: # docs/tasks.md
    command: [python3, reviewer.py]
    folder: agents/reviewer
    env: {LOG_LEVEL: {value: info}, CRM_KEY: {env: CRM_KEY}}
    resources: {memory: 2g, cpuSeconds: 600}
    life: 30m
    concurrency: 10
""",
    "Webhook": """\
apiVersion: podium/v1
kind: Webhook
metadata:
  name: on-call
spec:
  url: https://hooks.example.com/podium
  credential: {env: ON_CALL_KEY}
  kinds: [budget.override]
  department: engineering
""",
    "ToolServer": """\
apiVersion: podium/v1
kind: ToolServer
metadata:
  name: mail
spec:
  url: https://mcp.example.com/mcp
  credential: {env: MAIL_MCP_KEY}
  tools: # what is not here, nobody can call
    list_messages:
      effect: read
      arguments:
        folder: {sink: path}
      returns:
        integrity: public # anybody may have written a mail
        confidentiality: private
        object: {list: messages, id: id, names: [subject, from], structured: [date]}
        fields:
          "messages[].id": {integrity: organisation} # the server itself wrote it
    send_email:
      effect: irreversible
      intents: [send, email, mail, reply, answer]
      arguments:
        to: {sink: recipient, many: true}
        subject: {sink: text}
        body: {sink: text}
      returns: {integrity: organisation}
""",
    "Policy": """\
apiVersion: podium/v1
kind: Policy
metadata:
  name: mail
spec:
  cedar: |
    @id("no-secrets-outside")
    forbid(principal, action in Action::"write", resource)
    when { context.outside && context.read.confidentiality == "secret" };
""",
    "Audit": """\
apiVersion: podium/v1
kind: Audit
metadata:
  name: payments
spec:
  ready: [verify-before-irreversible, no-loop]
  let:
    pays: {tool: "bank_pay*"}
    big: {all: [pays, {arguments.amount: "> 1000"}]}
    asks: {tool: ask_person}
  rules:
    - name: big-payments-are-asked-for
      says: asks before big
      severity: safety
    - name: payee-was-looked-up
      says: the argument recipient of pays came from the result of tool "contacts_*" or the request
""",
    "Pipeline": """\
apiVersion: podium/v1
kind: Pipeline
metadata:
  name: nightly-review
spec:
  agent: code-reviewer
  budgetUsd: 5
  inputs:
    folder: {default: inbox}
  triggers:
    - schedule: {cron: "30 2 * * mon-fri", timeZone: Europe/Berlin, missed: one}
  steps:
    - name: list
      tool: {tool: mail/list_messages, arguments: {folder: "${{ inputs.folder }}"}}
    - name: review
      each: "${{ steps.list.result.messages }}"
      concurrency: 2
      retry: {attempts: 2}
      task: {agent: code-reviewer, request: Review the change in this mail., input: "${{ item }}"}
    - name: release
      when: steps.review.failed == 0
      approval: {title: "Release after ${{ length(steps.review.results) }} reviews?", expires: 8h}
""",
}
"""One manifest of each kind."""


def json_schema(kind: str | None = None) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one kind, or of a document of any kind. Raises KeyError."""
    if kind is not None:
        schema: dict[str, Any] = _tidy(KINDS[kind].model_json_schema(by_alias=True))
        return {"$schema": _DIALECT, "title": f"Podium {kind}", **schema}
    definitions: dict[str, Any] = {}
    for name, shape in KINDS.items():
        schema = _tidy(shape.model_json_schema(by_alias=True))
        definitions |= schema.pop("$defs", {})
        definitions[name] = schema
    # By kind, so that an editor complains of the kind that was meant and not of all.
    choices = [
        {"if": {"properties": {"kind": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}}
        for name in KINDS
    ]
    return {
        "$schema": _DIALECT,
        "title": "Podium manifest",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": choices,
        "$defs": definitions,
    }


def markdown() -> str:
    """Return docs/manifests.md."""
    return "\n".join([_HEAD, *(line for name in KINDS for line in _kind(name))])


def _tidy(schema: Any) -> Any:
    """Return pydantic's schema as it is meant for people who write YAML.

    Without titles that repeat names, without null where a field may be left out, durations as text.
    """
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _tidy(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    options = [option for option in out.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        del out["anyOf"]
        out = {**options[0], **out}
    if isinstance(out.get("default"), int) and out.get("pattern") == DURATION_PATTERN:
        out["default"] = _duration(out["default"])
    if "default" in out and (out["default"] is None or out["default"] in ([], {}) or "$ref" in out):
        del out["default"]
    return out


def _duration(amount_ms: int) -> str:
    for unit, size_ms in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if amount_ms >= size_ms and amount_ms % size_ms == 0:
            return f"{amount_ms // size_ms}{unit}"
    return f"{amount_ms}ms"


def _kind(name: str) -> Iterator[str]:
    schema = json_schema(name)
    definitions = schema.get("$defs", {})
    yield f"## {name}\n"
    yield f"{_one_line(schema.get('description', ''))}\n"
    yield f"```yaml\n{EXAMPLES[name]}```\n"
    yield "| field | what | type | default |"
    yield "|---|---|---|---|"
    for part in ("metadata", "spec"):
        shape = _resolve(schema["properties"][part], definitions)
        yield from _rows(shape, definitions, part)
    yield ""


def _rows(shape: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[str]:
    """Yield a line for each field, and those of what is in it."""
    required = set(shape.get("required", []))
    for name, field in shape.get("properties", {}).items():
        inner, suffix = _inner(field, definitions)
        where = f"{path}.{name}{suffix}"
        default = "required" if name in required else _default(field)
        kind = _type(field, definitions)
        yield f"| `{where}` | {_one_line(field.get('description', ''))} | {kind} | {default} |"
        if inner is not None:
            yield from _rows(inner, definitions, where)


def _inner(field: dict[str, Any], definitions: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """Return the mapping behind a field, and ``[]`` where it is a list of them."""
    suffix = "[]" if field.get("type") == "array" else ""
    shape = _resolve(field["items"] if suffix else field, definitions)
    named = shape.get("additionalProperties") or next(iter(shape.get("patternProperties", {}).values()), None)
    if isinstance(named, dict) and "$ref" in named:
        suffix, shape = ".NAME", _resolve(named, definitions)
    return (shape, suffix) if "properties" in shape else (None, "")


def _resolve(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in field:
        resolved: dict[str, Any] = definitions[field["$ref"].rsplit("/", 1)[1]]
        return resolved
    return field


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    shape = _resolve(field, definitions)
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if shape.get("pattern") == DURATION_PATTERN:
        return "duration"
    if "anyOf" in shape:
        return "USD"
    if shape.get("type") == "array":
        inner = _resolve(shape["items"], definitions)
        return "list" if "properties" in inner else f"list of {_type(inner, definitions)}"
    if shape.get("type") == "object":
        return "mapping of text" if shape.get("additionalProperties") == {"type": "string"} else "mapping"
    names = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`"}
    return names.get(shape.get("type", ""), "text")


def _default(field: dict[str, Any]) -> str:
    default = field.get("default")
    if isinstance(default, list):
        return "as told"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    return f"`{default}`" if default not in (None, "") else "–"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
