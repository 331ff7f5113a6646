"""One call, or a task or trace: its timeline, its explanation, and its cost worked out line by line."""

from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.address import Address
from podium.console.calls_table import outcome
from podium.console.charges_table import charges_table
from podium.console.frame import empty
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.views.calls import CallDetail
from podium.views.explain import Explanation
from podium.views.explain_charges import Working
from podium.views.ledger import ChargeRow

PHASES: Final = (
    ("prepare", "Before it was sent"),
    ("wait", "Waiting for the first byte"),
    ("think", "Waiting for the first token"),
    ("stream", "Answering"),
    ("fail", "Ended without an answer"),
)
_LINE_COLUMNS: Final = (
    Column("Tokens", number=False),
    Column("Count", number=True),
    Column("USD per million", number=True),
    Column("Exact, USD", number=True),
)


def call_story(data: Explanation) -> Markup:
    """Return the story of a call, with its timeline; or of a task or trace."""
    return _call(_head(data), data) if data.call is not None else _many(_head(data), data)


def _head(data: Explanation) -> Markup:
    end = None
    if data.call is not None:
        call = data.call.call
        end = element(
            "div",
            outcome(call.outcome),
            element("span", figures.ms(call.duration_us)),
            element("span", figures.usd(call.cost_nano_usd), " USD"),
            class_="end",
        )
    return element(
        "div",
        element("h1", data.id, class_="id", tabindex="-1"),
        element("span", data.kind, class_="sub"),
        end,
        class_="page-head",
    )


def _call(head: Markup, data: Explanation) -> Markup:
    detail = data.call
    assert detail is not None  # noqa: S101 - the caller has looked
    return join(
        head,
        element(
            "section",
            element("header", element("h2", "Timeline"), element("div", _legend(), class_="end")),
            _timeline(detail),
            class_="panel",
            aria_label="Timeline",
        ),
        element(
            "div",
            element("div", *([_working(working) for working in data.charges] or [_no_attempts()])),
            element(
                "section",
                element("header", element("h2", "What happened")),
                element("div", *(element("p", words) for words in data.words), class_="prose"),
                _facts(data),
                class_="panel",
                aria_label="Facts",
            ),
            class_="grid facts-grid",
        ),
    )


def _many(head: Markup, data: Explanation) -> Markup:
    total = data.total
    shown = [working.charge for working in data.charges]
    return join(
        head,
        element(
            "section",
            element("header", element("h2", "What happened")),
            element("div", *(element("p", words) for words in data.words), class_="prose"),
            _facts(data),
            class_="panel",
        ),
        element(
            "section",
            element(
                "header",
                element("h2", "Charges"),
                element(
                    "div",
                    element(
                        "span",
                        figures.count(total.charges),
                        " charges · ",
                        figures.usd(total.cost_nano_usd),
                        " USD",
                    )
                    if total is not None
                    else None,
                    class_="end muted",
                ),
            ),
            charges_table(shown),
            element("footer", f"{figures.count(data.more_calls)} older charges are not shown.")
            if data.more_calls
            else None,
            class_="panel",
        ),
    )


def _legend() -> Markup:
    return element(
        "span",
        *(element("span", element("i", class_=f"phase {phase}"), text) for phase, text in PHASES),
        class_="legend",
    )


def _timeline(detail: CallDetail) -> Markup:
    whole_us = max([detail.call.duration_us, 1, *(charge.end_us for charge in detail.attempts)])

    def phase(kind: str, start_us: int, end_us: int) -> Markup:
        name = dict(PHASES)[kind]
        return element(
            "i",
            class_=f"phase {kind}",
            style=f"left:{100 * start_us / whole_us:.3f}%;width:{100 * (end_us - start_us) / whole_us:.3f}%",
            title=f"{name}: {figures.ms(end_us - start_us)}",
        )

    lanes = []
    before_us = 0
    for charge in detail.attempts:
        spans = [(kind, start, end) for kind, start, end in _phases(charge, before_us) if end > start]
        lanes.append(
            element(
                "div",
                element(
                    "span",
                    element("small", f"{charge.attempt}  "),
                    f"{charge.model} ",
                    element("small", f"at {charge.provider}"),
                    class_="who",
                ),
                element(
                    "div",
                    *(phase(*span) for span in spans),
                    class_="track",
                    role="img",
                    aria_label="; ".join(
                        f"{dict(PHASES)[kind]} {figures.ms(end - start)}" for kind, start, end in spans
                    ),
                ),
                element("span", figures.ms(charge.end_us - before_us), class_="number"),
                class_="lane",
            )
        )
        before_us = charge.end_us
    if not lanes:
        return _no_attempts()
    ticks = (
        element("span", figures.ms(whole_us * quarter / 4) if quarter else "0", style=f"left:{25 * quarter}%")
        for quarter in range(5)
    )
    axis = element("div", element("span"), element("div", *ticks, class_="track"), class_="lane axis")
    return element("div", *lanes, axis, class_="timeline")


def _phases(charge: ChargeRow, before_us: int) -> list[tuple[str, int, int]]:
    """Return the parts of an attempt; times are microseconds since the call's admission."""
    end = charge.end_us
    if charge.sent_us is None:
        return [("fail", before_us, end)]
    phases = [("prepare", before_us, charge.sent_us)]
    if charge.first_byte_us is None:
        return [*phases, ("fail", charge.sent_us, end)]
    phases.append(("wait", charge.sent_us, charge.first_byte_us))
    answer_us = charge.first_byte_us
    if charge.first_token_us is not None:
        phases.append(("think", charge.first_byte_us, charge.first_token_us))
        answer_us = charge.first_token_us
    return [*phases, ("stream" if charge.outcome == "ok" else "fail", answer_us, end)]


def _no_attempts() -> Markup:
    return empty(
        "Nothing was sent", "The call ended before an attempt was made, so there is nothing to charge."
    )


def _working(working: Working) -> Markup:
    charge = working.charge
    mark = {
        True: element("span", "adds up to the charge", class_="badge ok"),
        False: element("span", "does not add up", class_="badge bad"),
        None: None,
    }[working.verified]
    lines = None
    if working.lines:
        rows = (
            Row(
                (
                    line.kind.replace("_", " ").replace(".", ": "),
                    figures.count(line.tokens),
                    figures.per_million(line.nano_usd_per_token) if line.of_tokens else figures.NOTHING,
                    figures.exact_usd(line.nano_usd),
                )
            )
            for line in working.lines
        )
        foot = Row(("Charged, rounded up once", "", "", figures.usd(charge.cost_nano_usd)))
        lines = table(_LINE_COLUMNS, rows, label=f"Cost of attempt {charge.attempt}", foot=foot)
    return element(
        "section",
        element(
            "header",
            element("h2", f"Attempt {charge.attempt}"),
            element("span", charge.charge_id, class_="mono muted"),
            element(
                "div",
                mark,
                outcome(charge.outcome),
                element(
                    "span",
                    figures.usd(charge.cost_nano_usd),
                    " USD",
                    figures.estimate() if charge.estimated else None,
                ),
                class_="end",
            ),
        ),
        element("div", *(element("p", words) for words in working.words), class_="prose"),
        lines,
        element("footer", f"Prices: {working.price_source}")
        if working.lines and working.price_source
        else None,
        class_="panel",
        id=charge.charge_id,
        aria_label=f"Attempt {charge.attempt}",
    )


def _facts(data: Explanation) -> Markup:
    version = data.version
    call = data.call.call if data.call is not None else None
    facts: list[tuple[str, Child]] = [
        (
            "Admitted" if call is not None else "Newest call",
            join(figures.moment(data.admitted_ns), " · ", figures.ago(data.admitted_ns)),
        ),
        ("Agent", link(Address("/now").but(agent=data.agent), data.agent)),
        ("Department", join(*_path(data.departments))),
        ("Task", link(f"/now/explain/{data.task_id}", data.task_id, class_="mono")),
        ("Session", data.session or figures.NOTHING),
        (
            "Trace",
            link(f"/now/explain/{data.trace_id}", data.trace_id, class_="mono") if data.trace_id else "–",
        ),
        (
            "Manifests",
            join(
                link(Address("/ship").but(version=version.version), f"version {version.version}"),
                f" · {version.source}",
            )
            if version is not None
            else figures.NOTHING,
        ),
    ]
    if call is not None:
        how = "streamed" if call.streamed else "plain"
        facts += [
            ("Route", f"{call.route or figures.NOTHING} · {call.operation}, {how}"),
            ("Status", join(str(call.http_status), f" · {call.error_code}" if call.error_code else "")),
            ("Overhead", join(figures.ms(call.overhead_us), element("small", " of Podium's own"))),
        ]
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="facts")


def _trace(trace_id: str) -> Child:
    return link(f"/now/explain/{trace_id}", trace_id, class_="mono") if trace_id else figures.NOTHING


def _path(departments: list[str]) -> list[Markup]:
    links = []
    for index, name in enumerate(departments):
        path = "/".join(departments[: index + 1])
        links.append(join(" / " if index else None, link(Address("/money").but(department=path), name)))
    return links
