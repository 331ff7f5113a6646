"""The verdict on one tool call: grant, Cedar, labels over what the task has read.

python bench/verdict.py [--rounds 200]

A task has read so much private mail (10 kB, 100 kB, 1 MB) and sends a mail to three
people, with a body of 1 kB: schema, three recipients, matching of the body against all that is private, the
organisation's rules. Once with a body of its own words, once with one that quotes what was read. Best and
median of the rounds, CPU time of this process; what reading costs stands beside it. Then how a decision's
time grows in a long task: the same call, a message that is archived, a bill that is paid, and a meeting whose
day, guests and number the request leaves to a mail, after 2, 20 and 200 results of five messages each.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from podium.trust.grants import decide_grant
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.policies import RuledCall, Rules
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, PolicyRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

SEND = ToolRow(
    "mail",
    "send_email",
    "irreversible",
    ("send",),
    {"to": SinkRow("recipient", many=True), "subject": SinkRow("text"), "body": SinkRow("text")},
)
MAILS = ReturnsRow(
    object=ObjectRow("messages", "id", ("subject",), ("date",)),
    fields={"messages[].id": FieldLabel("organisation")},
)
SCHEMA = json.dumps(
    {
        "type": "object",
        "required": ["to", "body"],
        "properties": {
            "to": {"type": "array", "maxItems": 5},
            "body": {"type": "string", "maxLength": 20000},
        },
    }
)
CEDAR = """
@id("no-gambling")
forbid(principal, action, resource) when { context.domains.contains("casino.example") };
@id("secrets-stay")
forbid(principal, action in Action::"write", resource)
when { context.outside && context.read.confidentiality == "secret" };
"""
ARCHIVE = ToolRow("mail", "archive_message", "write", ("archive",), {"message_id": SinkRow("object")})
PAY = ToolRow(
    "bank",
    "pay_bill",
    "irreversible",
    ("pay",),
    {"iban": SinkRow("payee"), "amount": SinkRow("amount"), "memo": SinkRow("text")},
)
EVENT = ToolRow(
    "calendar",
    "create_event",
    "write",
    ("create",),
    {"start": SinkRow("date"), "guests": SinkRow("recipient", many=True), "people": SinkRow("amount")},
)
PROSE = [
    " ".join(part.split())
    for path in sorted((Path(__file__).parent.parent / "docs").glob("*.md"))
    for part in path.read_text().split("\n\n")
    if len(part) > 200 and not part.startswith(("|", "```"))
]
"""Paragraphs of Podium's own documentation: the first are sent, the others were read."""
OWN = 8


def history(size_bytes: int) -> list[Read]:
    """Return results of so many bytes in all."""
    events, size, number = [], 0, 0
    while size < size_bytes:
        rows = []
        for _ in range(5):
            number += 1
            prose = PROSE[OWN + number % (len(PROSE) - OWN)]
            rows.append(
                {
                    "id": f"m-{number}",
                    "subject": f"{prose[:24]} {number}",
                    "from": f"person{number}@partner{number % 7}.example",
                    "date": f"2026-11-{number % 28 + 1:02d}",
                    "body": f"{number}. {prose[:400]}",
                }
            )
        content = {"messages": rows}
        size += len(json.dumps(content))
        events.append(Read("mail/list_messages", MAILS, {"page": number}, content, number))
    return events


def billed(number: int) -> Read:
    """Return a result of five messages, each with an account and an amount."""
    rows = [
        {
            "id": f"m-{n}",
            "subject": f"{PROSE[n % len(PROSE)][:30]} {n}",
            "from": f"person{n}@partner{n % 7}.example",
            "date": f"2026-11-{n % 28 + 1:02d}",
            "account": f"DE{n % 90 + 10}50010517{5407324931 + n}",
            "amount": f"{n}.50 EUR",
            "body": f"{n}. {PROSE[n * 7 % len(PROSE)][:400]}",
        }
        for n in range(number * 5, number * 5 + 5)
    ]
    return Read("mail/list_messages", MAILS, {"page": number}, {"messages": rows}, number)


def timed(call: ToolCall, task: Standing, rounds: int) -> tuple[float, float]:
    """Return the best and the median milliseconds of a decision."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        decide_tool_call(call, task)
        took.append((time.process_time() - start) * 1000)
    return min(took), statistics.median(took)


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    rules = Rules(
        [PolicyRow("all", CEDAR)],
        [SEND],
        departments={"acme": None, "desk": "acme"},
        agents={"agent": "desk"},
    )
    print("history   read ms/kB   own words: best  median   quoting: best  median")
    for size_bytes in (10_000, 100_000, 1_000_000):
        events = history(size_bytes)
        readings = Readings("Send the summary to ann@acme.example, bob@partner.example and cy@acme.example")
        start = time.process_time()
        for event in events:
            readings.apply(event)
        reading_ms = (time.process_time() - start) * 1000
        task = Standing(readings, GrantRow(SEND.id, SCHEMA), rules=rules, domains=frozenset({"acme.example"}))
        to = ["ann@acme.example", "bob@partner.example", "cy@acme.example"]
        lines = []
        quoted = " ".join(row["body"] for row in events[0].content["messages"])[:1000]
        for body in (" ".join(PROSE[:OWN])[:1000], quoted):
            call = ToolCall("agent", SEND.client_name, SEND, {"to": to, "subject": "Summary", "body": body})
            lines.append(timed(call, task, rounds if size_bytes < 10**6 else 40))
        print(
            f"{size_bytes // 1000:5d} kB  {reading_ms / size_bytes * 1000:8.3f}   "
            f"{lines[0][0]:14.3f}  {lines[0][1]:6.3f}   {lines[1][0]:13.3f}  {lines[1][1]:6.3f}"
        )
    shares(rules, rounds)
    grows()


def grows() -> None:
    """Print how the time of a decision grows with what a task has read."""
    to = ["ann@acme.example", "bob@partner.example", "cy@acme.example"]
    calls: list[tuple[str, ToolRow, dict[str, object]]] = [
        (
            "Send the summary to ann@acme.example, bob@partner.example and cy@acme.example",
            SEND,
            {"to": to, "subject": "Summary", "body": " ".join(PROSE[:OWN])[:1000]},
        ),
        ("Archive the message of person3 and the plumber's one", ARCHIVE, {"message_id": "m-3"}),
        (
            "Pay the plumber's bill, 12.50 EUR",
            PAY,
            {"iban": "DE22500105175407324943", "amount": "12.50", "memo": "As agreed with the plumber"},
        ),
        (
            "Do what person3 asks for in the mail",
            EVENT,
            {"start": "2026-11-12T10:00", "guests": ["person5@partner5.example"], "people": 4},
        ),
    ]
    rules = Rules(
        [PolicyRow("all", CEDAR)],
        [SEND, ARCHIVE, PAY, EVENT],
        departments={"acme": None, "desk": "acme"},
        agents={"agent": "desk"},
    )
    print("results read      2     20    200: best ms")
    for request, tool, arguments in calls:
        took = []
        for results in (2, 20, 200):
            readings = Readings(request)
            for number in range(results):
                readings.apply(billed(number))
            task = Standing(readings, GrantRow(tool.id), rules=rules, domains=frozenset({"acme.example"}))
            took.append(timed(ToolCall("agent", tool.client_name, tool, arguments), task, 20)[0])
        print(f"{tool.name:15s} {took[0]:.2f}   {took[1]:.2f}   {took[2]:.2f}")


def shares(rules: Rules, rounds: int) -> None:
    """Print what schema and rules take of a decision, and what narrowing takes, once a task."""
    to = ["ann@acme.example", "bob@partner.example", "cy@acme.example"]
    arguments = {"to": to, "subject": "Summary", "body": " ".join(PROSE[:OWN])[:1000]}
    grant = GrantRow(SEND.id, SCHEMA)
    ruled = RuledCall(
        agent="agent",
        tool=SEND,
        arguments=arguments,
        domains=frozenset({"acme.example", "partner.example"}),
        outside=True,
        integrity="public",
        confidentiality="private",
        uses=0,
    )
    request = "Find the plan {}, send the summary to Ann, Bob and Cy, and then delete nothing. " * 4
    numbers = iter(range(10**9))

    def elsewhere() -> RuledCall:
        return replace(ruled, domains=frozenset({"acme.example", f"partner{next(numbers)}.example"}))

    parts: dict[str, Callable[[], object]] = {
        "schema": lambda: decide_grant(grant, SEND, arguments, 0),
        "rules, asked before": lambda: rules.decide(ruled),
        "rules": lambda: rules.decide(elsewhere()),
        "narrowing": lambda: narrow([grant], {SEND.id: SEND}, request.replace("{}", str(next(numbers)))),
    }
    for name, part in parts.items():
        took = []
        for _ in range(rounds):
            start = time.process_time()
            part()
            took.append((time.process_time() - start) * 1000)
        print(f"{name:19s}  best {min(took):.3f} ms  median {statistics.median(took):.3f} ms")


if __name__ == "__main__":
    main()
