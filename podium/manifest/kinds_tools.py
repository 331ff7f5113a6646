"""The YAML kinds of the tool gateway: servers and their tools, grants, decoys, rules."""

from typing import Final, Literal

from pydantic import Field

from podium.kernel.addresses import Network
from podium.manifest.fields import (
    Amount,
    Count,
    Credential,
    Domain,
    Duration,
    EnvName,
    Flag,
    HeaderName,
    HeaderValue,
    Intent,
    JsonSchema,
    Name,
    PathPattern,
    Shape,
    Text,
    ToolId,
    ToolName,
    Url,
    Usd,
    Values,
)
from podium.manifest.shapes import Manifest
from podium.trust.tools import Confidentiality, Effect, Integrity, Otherwise, Readers, Sink, TextForm

SINKS: Final = (
    "What the value decides. `recipient`, `payee`: to whom. `url`, `path`: where. `object`: on what, an "
    "identifier. `amount`, `date`, `value`: how much, when, anything else that must be the user's. All these "
    "take only values of the user or of a trusted source. `query`: words that are looked up. `text`: free "
    "text."
)


class ArgumentSpec(Shape):
    """What one argument of a tool decides."""

    sink: Sink = Field(description=SINKS)
    many: Flag = Field(False, description="It holds several: a list, or a text with `,` or `;` between them.")
    readers: Readers | None = Field(
        None,
        description="Who can read what is written there: `public`: anybody; `outside`: somebody outside who "
        "is known, and whom no argument says; `organisation`; `user`: the user alone. Default: `recipient`, "
        "`payee` and `url` say it by value and the organisation's domains; `query`: `public` where the "
        "tool's results are, else `user`; the others are read by whom the same call's recipients are.",
    )
    readers_of: dict[str, Readers] = Field(
        default={},
        description="The same by the argument's value, as calls write it: `{sdk: public}`. Other values: as "
        "`readers` says. Where a call leaves it out: the widest of them.",
    )
    named: Flag = Field(
        False,
        description="Of `date` and `value`: what only a text says that the request names goes without a "
        "question, whoever wrote that text ([what a bill says](tools-reference.md#what-a-bill-says)).",
    )
    named_up_to: Amount | None = Field(
        None,
        description="Of `amount`, the same: the most that a call may take so, in the argument's own unit. "
        "None: it is asked about.",
    )
    minor_units: Count | None = Field(
        None,
        description="Of `amount`, where it is in minor units: how many digits are behind the point. `2`: "
        "pence or cents, 480000 for 4,800 pounds ([minor units](tools-reference.md#minor-units)). None: it "
        "is as people say it.",
    )
    exclusive: Flag = Field(
        False,
        description="Of `date`, where it is an end that does not count: the day after the last one, 24 "
        "December for what lasts to the 23rd ([last days](tools-reference.md#last-days)).",
    )
    under: list[Text] = Field(
        default=[],
        description="Of `path`, the folders in which a server works, written out: of `[/srv/files]` "
        "`/srv/files/notes/todo.md` is `notes/todo.md`, as people say it "
        "([folders](tools-reference.md#folders-of-a-server)).",
    )


class FieldSpec(Shape):
    """The label of one field of a result."""

    integrity: Integrity | None = Field(None, description="Who may have written it. Default: as the whole.")
    confidentiality: Confidentiality | None = Field(
        None, description="Who may read it. Default: as the whole."
    )


class ReturnedSpec(FieldSpec):
    """The label of one field of a result, and the unit of an amount in it."""

    minor_units: Count | None = Field(
        None,
        description="Of an amount in minor units, how many digits are behind the point, as of an argument: "
        "480000 is read as 4,800 ([minor units](tools-reference.md#minor-units)). None: it is as it stands.",
    )


class VouchedSpec(Shape):
    """Objects of which the server vouches that a colleague wrote them."""

    when: dict[PathPattern, Values] = Field(
        min_length=1,
        description="Fields of the object that the server sets or has checked, each with the values that it "
        'may have, to the letter: `{internal: true, from: "@acme.example"}`; `@acme.example` is any address '
        "of that domain. All of them have to hold. What stands in them is trusted no more for it.",
    )
    unless: dict[PathPattern, Values] = Field(
        default={},
        description="The same, where one value is enough that nobody is vouched for: addresses of the own "
        "domain from which a form or a system sends what strangers type.",
    )
    fields: list[PathPattern] = Field(
        min_length=1,
        description="What he writes himself: subject, body, his own address. It is `organisation` there, up "
        "to the first mark of a quoted or forwarded text.",
    )


class ObjectSpec(Shape):
    """The objects in a result that a request may name: mails, events, invoices, files."""

    at: PathPattern = Field(
        "",
        alias="list",
        description="Where they are: a list of them, or a single one. Default: the result itself.",
    )
    keys: PathPattern | None = Field(
        None,
        description="Where a map by names stands there instead of a list, `{Casa Lina: {price: 118}}`: the "
        "field as which its keys are read, `name`. It has the label that the list's field of that name has "
        "([forms of results](tools-reference.md#forms-of-results)). None: it is a list, or a single one.",
    )
    values: PathPattern | None = Field(
        None,
        description="Of such a map: the field as which is read what is no object, `price` of `{Casa Lina: "
        "118}`. None: `value`.",
    )
    id: PathPattern = Field(description="The field that other tools take as its identifier.")
    names: list[PathPattern] = Field(
        default=[],
        description="Fields by which people call it: title, sender, day, number. Those of what stands in a "
        "list within it as well: of an order `lines[].title`.",
    )
    kind: str = Field(
        "",
        pattern="^[a-z]([a-z ]{0,38}[a-z])?$",
        description="What such a thing is, as people call it: `product` of a cart whose list is called "
        "`items`. Default: as the tool and the list are called.",
    )
    structured: list[PathPattern] = Field(
        default=[],
        description="Fields that are trusted together with the identifier once the request has named this "
        "object and no other: amounts, dates, addresses that the server itself wrote. No free text.",
    )
    rows: dict[PathPattern, dict[str, FieldSpec]] = Field(
        default={},
        description="The label of each object as a whole, by one of its fields that the server fills and its "
        "value, to the letter: `{source: {own: {integrity: user}}}`; `@acme.example` is any address of that "
        "domain. Other values: as the whole, so let that be the worst. `fields` go on top of it.",
    )
    vouched: VouchedSpec | None = Field(
        None,
        description="Which of them a colleague has surely written: mails that the server has authenticated, "
        "comments of people who are logged in. None: nobody but `rows` and `fields` tell.",
    )


class ReturnsSpec(Shape):
    """Where a tool's results come from, and who may read them."""

    integrity: Integrity = Field(
        "public",
        description="Who may have written it. `public`: anybody, mail and web pages too. `organisation`: "
        "only its people and systems. `user`: only the user.",
    )
    confidentiality: Confidentiality = Field(
        "private",
        description="Who may read it. `public`: anybody. `private`: the user and the organisation. `secret`: "
        "nobody else without a person's word.",
    )
    object: ObjectSpec | None = Field(None, description="The objects that a request may name.")
    also: list[ObjectSpec] = Field(
        default=[],
        description="Further objects in the same result, each at its own `list`: of a claim its documents.",
    )
    fields: dict[PathPattern, ReturnedSpec] = Field(
        default={},
        description="Labels of single fields, by path: dots, and `[]` for each element of a list. The "
        "longest path that holds a value decides.",
    )
    where: dict[PathPattern, dict[str, FieldSpec]] = Field(
        default={},
        description="The label of the whole by an argument of the call and its value, to the letter: "
        "`{repository: {sdk: {confidentiality: public}}}`. Other values: as the whole, so let that be the "
        "worst.",
    )
    text: TextForm = Field(
        "json",
        description="How a result that is a text is read: `json` where it is JSON; `yaml` where it is YAML. "
        "`yaml` only of a server that quotes what strangers wrote: else their lines are fields.",
    )


class UndoSpec(Shape):
    """The call that takes back what a tool has done."""

    tool: ToolName = Field(description="A tool of the same server that changes something.")
    arguments: dict[PathPattern, PathPattern] = Field(
        default={},
        description="Its arguments by name, each with where its value comes from: `arguments.NAME` of the "
        "call that is undone, or `result.NAME` of what that returned; dots lead further in.",
    )


class ConfirmSpec(Shape):
    """How the server tells whether a call was made of which the answer was lost."""

    key: ToolName = Field(
        description="An argument of this tool, a text, into which Podium puts an id that no other call has; "
        "agents do not see it. The server keeps it with what it does."
    )
    tool: ToolName = Field(description="A tool of the same server that reads, and finds a call by that id.")
    argument: ToolName | None = Field(None, description="Its argument that takes the id. None: as `key`.")
    found: PathPattern = Field(
        description="`result.PATH` of what it returns: where the id stands if the call was made."
    )


class ToolSpec(Shape):
    """One tool of the server."""

    effect: Effect = Field(
        description="`read`: it changes nothing. `write`: it can be undone. `irreversible`: it cannot: "
        "money, mail, posts, deletion for good."
    )
    intents: list[Intent] = Field(
        default=[],
        description="Words of a request that asks for such an act, verbs first: `send`, `reply`. Endings do "
        "not matter. Of writes alone, and without any no request ever asks for it.",
    )
    arguments: dict[PathPattern, ArgumentSpec] = Field(
        default={},
        description="What its arguments decide, by name or path. One that is not here takes, in a write, "
        "only values of the user or of a trusted source, as `value`.",
    )
    polls: bool = Field(
        False,
        description="It is there to be asked again until something is so: the same call with the same "
        "result over and over is no [loop](breakers.md#loops-that-cost-little).",
    )
    price_usd: Usd | None = Field(
        None,
        description="USD for each call that was made; shown in cost sheets beside the ledger, and counted by "
        "no limit. None: no price.",
    )
    retrieves: bool = Field(
        False,
        description="Its results are documents that it has found: they count as such in what fills a "
        "model's [window](cost.md#what-fills-a-window).",
    )
    returns: ReturnsSpec = Field(ReturnsSpec(), description="The label of its results.")
    idempotent: Flag = Field(
        False,
        description="Of a write: the same call twice does no more than once. After a crash it is then made "
        "again where nobody knows whether it was. What the server itself says of that does not count.",
    )
    undo: UndoSpec | None = Field(
        None, description="Of a write: the call that takes it back (`podium task undo`)."
    )
    confirm: ConfirmSpec | None = Field(
        None,
        description="Of a write: how its server is asked whether it was made, where its answer was "
        "lost ([durable](durable.md#asking-the-server)). None: a person is asked.",
    )


class ReadArgumentSpec(Shape):
    """What one variable of a resource, or one argument of a prompt, decides."""

    sink: Literal["query", "path", "url"] = Field(
        description="`query`: what is looked up. `path`: where among names. `url`: where on the net."
    )
    readers: Readers | None = Field(
        None, description="Who can read what is written there, as of a tool's argument."
    )


class ResourceSpec(Shape):
    """What of the server's resources an agent may read, where it is granted."""

    uri: Text = Field(
        description="Its URI as the server has it, or a template: `{name}` for one part of the path, "
        "`{+path}` for the rest of it, `{?q,lang}` for a query. Anything else is another resource."
    )
    arguments: dict[PathPattern, ReadArgumentSpec] = Field(
        default={},
        description="What the variables of the template decide, by name. Default: each is a `query`.",
    )
    returns: ReturnsSpec = Field(ReturnsSpec(), description="The label of what is read, as of a tool.")


class PromptSpec(Shape):
    """What of the server's prompts an agent may get, where it is granted."""

    name: Text | None = Field(
        None, description="What its server calls it. Default: as it is called here, which is no tool's name."
    )
    arguments: dict[PathPattern, ReadArgumentSpec] = Field(
        default={}, description="What its arguments decide, by name. One that is not here is refused."
    )
    returns: ReturnsSpec = Field(ReturnsSpec(), description="The label of its text, as of a tool's result.")


class VariableSpec(Shape):
    """What an environment variable holds: exactly one of the three."""

    env: EnvName | None = Field(None, description="Name of a variable that `podium up` has.")
    file: Text | None = Field(None, description="Path of a file that holds it.")
    value: Text | None = Field(None, description="The value itself. No secrets.")


class ToolServerSpec(Shape):
    """How an MCP server is reached, and what its tools are."""

    url: Url | None = Field(
        None, description="Its address, MCP's streamable HTTP: `https://mcp.example.com/mcp`."
    )
    command: list[Text] = Field(
        default=[], description="Or the program that speaks MCP on its standard input and output."
    )
    env: dict[EnvName, VariableSpec] = Field(default={}, description="Environment of `command`.")
    credential: Credential | None = Field(
        None, description="Where the server's key is read. None: no key is sent. For `url` alone."
    )
    auth_header: HeaderName = Field("authorization", description="The header that carries the key.")
    auth_prefix: HeaderValue | None = Field(
        None, description="What stands before the key. Default: `Bearer ` in `authorization`, else nothing."
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default={}, description="Further headers of every request. No secrets."
    )
    network: Network = Field(
        "public",
        description="`public`: a name in `url` may only resolve to addresses of the internet. `private`: "
        "also to private networks and this machine. An address written out in `url` says it by itself.",
    )
    ca_file: Text | None = Field(
        None, description="PEM file of the authorities to trust instead of the usual ones."
    )
    timeout: Duration = Field(60_000, description="For one call, its connection included.")
    tools: dict[ToolName, ToolSpec] = Field(
        default={}, description="Its tools by the names it gives them. What is not here, nobody can call."
    )
    resources: dict[ToolName, ResourceSpec] = Field(
        default={},
        description="Its resources by names of your own, no tool's. What is not here, nobody can read "
        "([resources](tool-gateway.md#resources)).",
    )
    prompts: dict[ToolName, PromptSpec] = Field(
        default={},
        description="Its prompts. What is not here, nobody can get ([prompts](tool-gateway.md#prompts)).",
    )


class GrantSpec(Shape):
    """What an agent may do with one tool, at most."""

    arguments: JsonSchema | None = Field(
        None, description="JSON Schema (2020-12) that the arguments must meet. None: whatever the tool takes."
    )
    uses: Count | None = Field(None, description="Calls per task. None: no limit.")
    otherwise: Otherwise = Field(
        "deny",
        alias="else",
        description="What happens when the schema or `uses` says no. `ask`: a person is asked.",
    )


class DecoyTool(Shape):
    """A tool that is listed and does nothing."""

    name: ToolName = Field(description="What clients see: `vault_export_keys`.")
    description: Text = Field(description="What it is said to do.")


class DecoyDocument(Shape):
    """Something that a tool can open."""

    tool: ToolId = Field(description="The tool that opens it, SERVER/TOOL, or the resource.")
    argument: PathPattern = Field(description="The argument that names it.")
    value: Text = Field(description="Its name: `/finance/all-passwords.txt`.")


class DecoyCredential(Shape):
    """A text that looks like a credential and opens nothing."""

    text: Text = Field(description="No call may carry it, in any encoding. At least 12 characters.")


class DecoySpec(Shape):
    """A trap: exactly one of the three."""

    name: Name = Field(description="What its case is called by.")
    tool: DecoyTool | None = Field(None, description="A tool that no honest task needs.")
    document: DecoyDocument | None = Field(None, description="A document that no honest task needs.")
    credential: DecoyCredential | None = Field(
        None, description="A credential, planted where only a hijacked agent would take it from."
    )


class Organisation(Shape):
    """What is inside the organisation."""

    domains: list[Domain] = Field(
        default=[],
        description="Its domains: addresses and URLs in them and below are inside, all others are public.",
    )


class PolicySpec(Shape):
    """Rules that hold whatever an agent's author allows."""

    cedar: str = Field(
        description="`forbid` rules in Cedar, checked against the tools there are (docs/tools-reference.md)."
    )


class ToolServer(Manifest):
    """An MCP server, its credential, and what its tools do and return."""

    kind: Literal["ToolServer"] = Field(description="ToolServer.")
    spec: ToolServerSpec = Field(description="The server.")


class Policy(Manifest):
    """Rules in Cedar over every tool call of every agent."""

    kind: Literal["Policy"] = Field(description="Policy.")
    spec: PolicySpec = Field(description="The rules.")
