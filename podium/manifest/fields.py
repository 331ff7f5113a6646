"""The types of fields in manifests: each parses the text that YAML gave it, or says what to write instead.

Numbers are parsed here and nowhere else; a price never passes through a float.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from podium.manifest.text import Quoted
from podium.trust.values.paths import PATH


class Fault(ValueError):
    """A value that makes no sense, and what to write instead."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


API_VERSION: Final = "podium/v1"
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_ROUTE_NAME: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9._/:]*[A-Za-z0-9])?")
_TOOL_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_DURATION: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_UNIT_MS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_MAX_DURATION_MS: Final = 24 * 3_600_000
_MAX_COUNT: Final = 1_000_000_000
_MAX_USD: Final = Decimal(1_000_000)
_MAX_AMOUNT: Final = Decimal(1_000_000_000)
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # token of RFC 9110, 5.6.2
_PATTERNS: Final = {name: rf"^{rx.pattern}$" for name, rx in (("name", _NAME), ("route", _ROUTE_NAME))}
OWN_HEADERS: Final = frozenset(
    (
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "expect",
        "upgrade",
    )
)
"""Headers that Podium's own HTTP client writes."""


def check_name(name: str, *, route: bool) -> str:
    """Return the name. Raises Fault where it is not one."""
    if len(name) > 128:
        raise Fault("the name is longer than 128 characters.", "Shorten it.")
    if route and not _ROUTE_NAME.fullmatch(name):
        fix = "Use letters, digits and - . _ / : inside, a letter or digit at both ends."
        raise Fault("it is not a name for a route.", fix)
    if not route and not _NAME.fullmatch(name):
        fix = "Use lower-case letters, digits, - and . inside, a letter or digit at both ends."
        raise Fault("it is not a name.", fix)
    return name


def _text(value: str) -> str:
    if not value.strip() or any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise Fault("the text is empty or holds control characters.", "Write one line of text.")
    return value


def _count(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]+(_[0-9]+)*", value) or len(value) > 20:
            raise Fault("it is not a whole number.", "Write digits only, for example 4096.")
        value = int(value)
    if isinstance(value, int) and not 1 <= value <= _MAX_COUNT:
        raise Fault("it is not between 1 and 1000000000.", "Write a whole number in that range.")
    return value


def _usd(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise Fault(
            "it is not an amount of USD.", "Write a decimal number without currency, for example 2.50."
        ) from error
    exponent = amount.as_tuple().exponent
    if (
        not amount.is_finite()
        or not 0 <= amount <= _MAX_USD
        or not isinstance(exponent, int)
        or exponent < -12
    ):
        fix = "Write a decimal number with at most 12 decimals."
        raise Fault("it is not an amount from 0 to 1000000 USD.", fix)
    return amount


def _amount(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    fix = "Write a number without unit or currency, for example 500 or 2_000_000."
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise Fault("it is not an amount.", fix) from error
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or not isinstance(exponent, int) or exponent < -9:
        raise Fault("it is not an amount with at most 9 decimals.", fix)
    if not 0 <= amount <= _MAX_AMOUNT:
        raise Fault("it is not an amount from 0 to 1000000000.", "Write an amount in that range.")
    return amount


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise Fault("it is neither true nor false.", "Write true or false.")
        return value == "true"
    return value


def _percent(value: Any) -> Any:
    if isinstance(value, str):
        value = _count(value.removesuffix("%"))
    if isinstance(value, int) and not 1 <= value <= 99:
        raise Fault("it is not between 1 and 99.", "Write a percentage in that range, for example 90.")
    return value


def _time_zone(value: str) -> str:
    fix = "Write a name of the IANA time zone database, for example Europe/Berlin or UTC."
    if not re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", value):
        raise Fault("it is not the name of a time zone.", fix)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise Fault(f"there is no time zone {value}.", fix) from error
    return value


def _duration(*, minimum_ms: int) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = _DURATION.fullmatch(value)
        amount_ms = Decimal(match[1]) * _UNIT_MS[match[2]] if match else None
        if amount_ms is None or amount_ms != amount_ms.to_integral_value():
            raise Fault(
                "it is not a duration in whole milliseconds.",
                "Write a number and ms, s, m or h: 200ms, 5s, 2m.",
            )
        if not minimum_ms <= amount_ms <= _MAX_DURATION_MS:
            raise Fault(f"it is not between {minimum_ms}ms and 24h.", "Write a duration in that range.")
        return int(amount_ms)

    return parse


_PORT: Final = re.compile(
    r"https?://(?:\[[^\]\s]*\]|[^/?#\s:@\[\]]*):([^/?#:@\]\s]+)(?=[/?#]|$)", re.IGNORECASE
)
_NUMBER: Final = "Write the port as digits in place of {}: http://127.0.0.1:8931/mcp."


def _url(value: str) -> str:
    return _checked_url(value, "Write https://HOST/PATH.")


def _checked_url(value: str, fix: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        if text := _PORT.match(value):
            raise Fault(f"its port {text[1]!r} is no number up to 65535.", _NUMBER.format(text[1])) from error
        raise Fault("it is not a URL.", fix) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not value.isascii():
        raise Fault("it is not an http or https URL.", fix)
    if parts.query or parts.fragment or "?" in value or "#" in value or any(c <= " " for c in value):
        raise Fault("it has a query, a fragment or spaces.", fix)
    return value


def _base_url(value: str) -> str:
    parts = urlsplit(_checked_url(value, "Write https://HOST/v1, the part before /chat/completions."))
    if parts.path.rstrip("/").endswith(("/chat/completions", "/embeddings")):
        raise Fault(
            "a base URL ends before the operation.", "Remove /chat/completions or /embeddings from its end."
        )
    return value


def _header_name(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise Fault("it is not the name of an HTTP header.", "Use letters, digits and -.")
    if value.lower() in OWN_HEADERS:
        raise Fault("Podium writes this header itself.", "Remove it.")
    return value


def _header_value(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise Fault("a header's value is printable ASCII.", "Remove line breaks and other characters.")
    return value


def _env_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise Fault(
            "it is not the name of an environment variable.", "Write the variable's name, never the secret."
        )
    return value


def _price_ref(value: str) -> str:
    if not re.fullmatch(r"[^\s/]+/\S+", value):
        raise Fault(
            "it is not PROVIDER/MODEL.", "Write it as the price list names it, for example openai/gpt-4o."
        )
    return value


def _tool_name(value: str) -> str:
    if not _TOOL_NAME.fullmatch(value):
        fix = "Write it as the server lists it: letters, digits, _ - and ., at most 128 of them."
        raise Fault("it is not the name of a tool.", fix)
    return value


def _tool_id(value: str) -> str:
    server, slash, tool = value.partition("/")
    if not slash or not _NAME.fullmatch(server) or not _TOOL_NAME.fullmatch(tool):
        raise Fault("it is not SERVER/TOOL.", "Write the ToolServer's name, a slash and the tool's name.")
    return value


def _path_pattern(value: str) -> str:
    if not PATH.fullmatch(value):
        fix = "Write `messages[].from.email`: dots lead into objects, `[]` to each element of a list."
        raise Fault("it is not a path.", fix)
    return value


def _intent(value: str) -> str:
    if not re.fullmatch(r"[^\W_]+(?:[ '-][^\W_]+)*", value):
        fix = "Write a word, or a few, of a request that asks for this: `send`, `set up`."
        raise Fault("it is not a word.", fix)
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", value):
        raise Fault("it is not a domain.", "Write it in lower case and without @ or https://: acme.example.")
    return value


def _values(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _json_schema(value: Any) -> Any:
    return _typed(value) if isinstance(value, dict) else value


def _typed(value: Any) -> Any:
    """Return what YAML's core schema makes of plain scalars (YAML 1.2, 10.3.2); quoted ones stay text."""
    if isinstance(value, dict):
        return {str(key): _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if not isinstance(value, str) or isinstance(value, Quoted):
        return str(value) if isinstance(value, str) else value
    if value in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return value.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]{1,18}", value):
        return int(value)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", value):
        return float(value)
    return value


DURATION_PATTERN: Final = r"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$"
_DURATION_SCHEMA: Final = {
    "type": "string",
    "pattern": DURATION_PATTERN,
    "examples": ["200ms", "5s", "2m"],
}
_USD_SCHEMA: Final = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]
}
_COUNT_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": _MAX_COUNT}

Text = Annotated[str, AfterValidator(_text)]
Name = Annotated[
    str,
    AfterValidator(lambda v: check_name(v, route=False)),
    WithJsonSchema({"type": "string", "pattern": _PATTERNS["name"]}),
]
RouteName = Annotated[
    str,
    AfterValidator(lambda v: check_name(v, route=True)),
    WithJsonSchema({"type": "string", "pattern": _PATTERNS["route"]}),
]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema(_COUNT_SCHEMA)]
Attempts = Annotated[
    int,
    BeforeValidator(_count),
    Field(le=10),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10}),
]
Usd = Annotated[Decimal, BeforeValidator(_usd), WithJsonSchema(_USD_SCHEMA)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": int(_MAX_AMOUNT)}),
]
"""USD or tokens."""
Percent = Annotated[
    int, BeforeValidator(_percent), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 99})
]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Duration = Annotated[int, BeforeValidator(_duration(minimum_ms=1)), WithJsonSchema(_DURATION_SCHEMA)]
"""Milliseconds."""
Pause = Annotated[int, BeforeValidator(_duration(minimum_ms=0)), WithJsonSchema(_DURATION_SCHEMA)]
"""Milliseconds, or none."""
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Url = Annotated[str, AfterValidator(_url)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
EnvName = Annotated[str, AfterValidator(_env_name)]
PriceRef = Annotated[str, AfterValidator(_price_ref)]

ToolName = Annotated[str, AfterValidator(_tool_name)]
ToolId = Annotated[str, AfterValidator(_tool_id)]
"""SERVER/TOOL."""
PathPattern = Annotated[str, AfterValidator(_path_pattern)]
Intent = Annotated[str, AfterValidator(_intent)]
Domain = Annotated[str, AfterValidator(_domain)]
_VALUES_SCHEMA: Final = {"type": ["string", "boolean", "number", "array"], "items": {"type": "string"}}
Values = Annotated[list[str], BeforeValidator(_values), Field(min_length=1), WithJsonSchema(_VALUES_SCHEMA)]
"""One text or several."""
JsonSchema = Annotated[dict[str, Any], BeforeValidator(_json_schema), WithJsonSchema({"type": "object"})]
"""A JSON Schema, with numbers and booleans as YAML's core schema reads them."""
Written = Annotated[Any, BeforeValidator(_typed), WithJsonSchema({})]
"""Anything, with numbers and booleans as YAML's core schema reads them."""


class Shape(BaseModel):
    """Fields in camelCase; a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False)


class Credential(Shape):
    """Where a key is read: exactly one of the two. The key itself never stands in a manifest."""

    env: EnvName | None = Field(None, description="Name of an environment variable.")
    file: Text | None = Field(
        None,
        description="Path of a file, re-read when it changes. Relative to where `podium up` was started.",
    )
