"""Pipelines: what they compile to, and each fault at its line."""

from pathlib import Path

import pytest

from podium.kernel.addresses import ODD
from podium.manifest.pipelines import SecretRef

from .samples import compiled, document, findings

TOOLS = document(
    "ToolServer", "mail", "url: https://mcp.example.com/mcp\ntools: {list_messages: {effect: read}}"
)
HELPER = document(
    "Agent",
    "helper",
    """
department: engineering
routes: [openai/gpt-4o_mini]
tools: {mail/list_messages: {}}
run: {command: [x]}
""",
)
IDLE = document("Agent", "idle", "department: engineering\nroutes: [openai/gpt-4o_mini]")
MORE = f"{TOOLS}---\n{HELPER}---\n{IDLE}"
WHOLE = """
agent: helper
budgetUsd: 1.50
timeout: 2h
overlap: skip
inputs:
  files: {type: list, default: [a, b]}
  branch: {}
steps:
  - name: build
    command: {run: [make, "${{ inputs.branch }}"]}
    retry: {attempts: 3, backoff: 1s, on: [timeout]}
    timeout: 5m
  - name: review
    each: "${{ inputs.files }}"
    concurrency: 2
    when: steps.build.state == 'succeeded'
    task: {agent: helper, request: "Review ${{ item }}.", input: "${{ steps.build.artifacts.log }}"}
    budgetUsd: 0.10
  - name: ask
    needs: [review]
    approval: {title: Go on?, department: engineering, expires: 1h}
  - name: tell
    needs: [ask]
    http:
      url: "https://example.com/hook?run=${{ run.id }}"
      method: POST
      body: {failed: "${{ steps.review.failed }}"}
      credential: {env: HOOK}
  - name: read
    tool: {tool: mail/list_messages}
    mayFail: true
triggers:
  - schedule: {cron: "30 2 * * *", timeZone: Europe/Berlin}
    inputs: {branch: main}
  - webhook: {credential: {env: KEY}}
    inputs: {branch: "${{ trigger.body.ref }}"}
  - name: errors
    condition: {figure: error_rate, above: 0.2, clear: 0.1, for: 5m, department: engineering}
    inputs: {branch: main}
"""


def test_rows() -> None:
    """A pipeline compiles into rows; what a step refers to it needs."""
    row = compiled(MORE, document("Pipeline", "nightly", WHOLE)).pipelines["nightly"]
    assert (row.agent, row.department, row.budget_nano_usd) == (
        "helper",
        "acme/engineering",
        1_500_000_000,
    )
    steps = {step.name: step for step in row.steps}
    assert [step.kind for step in row.steps] == ["command", "task", "approval", "http", "tool"]
    assert steps["review"].needs == ("build",)
    assert steps["tell"].needs == ("review", "ask")
    assert (steps["build"].attempts, steps["build"].backoff_ms, steps["build"].retry_on) == (
        3,
        1000,
        ("timeout",),
    )
    assert steps["ask"].spec["department"] == "acme/engineering"
    assert steps["tell"].spec["credential"] == {"env": "HOOK"}
    assert [trigger.name for trigger in row.triggers] == ["schedule", "webhook", "errors"]
    assert row.triggers[1].credential == SecretRef(env="KEY")
    assert row.triggers[2].spec["hold"] == 300_000
    assert row.triggers[2].spec["department"] == "acme/engineering"


def test_the_example_of_the_docs_compiles() -> None:
    """docs/pipelines.md shows a pipeline without faults."""
    text = (Path(__file__).parents[2] / "docs" / "pipelines.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    example = example.replace("code-reviewer", "helper").replace("tracker/create_issue", "mail/list_messages")
    row = compiled(MORE, example).pipelines["nightly-review"]
    assert [trigger.kind for trigger in row.triggers] == ["schedule", "webhook", "condition"]
    assert {step.kind for step in row.steps} == {"command", "task", "tool", "approval", "http"}


def said(spec: str) -> list[str]:
    return [f"{it.line} {it.field}: {it.message}" for it in findings(MORE, document("Pipeline", "x", spec))]


METADATA = "a cloud's metadata service"
CIRCLE = """\
agent: reviewer
steps:
  - name: a
    needs: [b]
    command: {run: [x]}
  - name: b
    command: {run: ['${{ steps.a.result }}']}
"""
STEP = "steps: [{name: a, command: {run: [x]}}]"


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        (f"agent: nobody\n{STEP}", "5 spec.agent: there is no Agent nobody."),
        ("agent: reviewer\nsteps: []", "6 spec.steps: the list is empty."),
        (
            "agent: reviewer\nsteps:\n  - name: a\n    needs: [b]\n    command: {run: [x]}",
            "8 spec.steps[0].needs[0]: there is no step b.",
        ),
        ("agent: reviewer\nsteps:\n  - {name: a}", "7 spec.steps[0]: it does not say what it does."),
        (
            "agent: reviewer\nsteps:\n  - {name: a, command: {run: [x]}, tool: {tool: mail/list_messages}}",
            "7 spec.steps[0]: it is tool and command at once.",
        ),
        (
            CIRCLE,
            "8 spec.steps[0].needs: it waits for itself: a -> b -> a.",
        ),
        (
            "agent: reviewer\nsteps:\n  - name: a\n    command:\n      run: ['${{ steps.c.result }}']",
            "9 spec.steps[0].command.run[0]: steps has no `c`.",
        ),
        (
            "agent: reviewer\nsteps:\n  - name: a\n    when: inputs.n == 1\n    command: {run: [x]}",
            "8 spec.steps[0].when: inputs has no `n`.",
        ),
        (
            "agent: reviewer\nsteps:\n  - name: a\n    command: {run: ['${{ item }}']}",
            "8 spec.steps[0].command.run[0]: there is no `item`.",
        ),
        (
            f"agent: reviewer\ninputs: {{n: {{type: number, default: x}}}}\n{STEP}",
            "6 spec.inputs.n.default: it is text, and the input is number.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, each: '${{ run.id }}', command: {run: [x]}}",
            "7 spec.steps[0].each: it is text, not a list.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, tool: {tool: mail/list_mesages}}",
            "7 spec.steps[0].tool.tool: ToolServer mail has no tool list_mesages.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, tool: {tool: mail/list_messages}}",
            "7 spec.steps[0].tool.tool: Agent reviewer is not granted mail/list_messages.",
        ),
        (
            "agent: helper\nsteps:\n  - {name: a, task: {agent: idle, request: Look.}}",
            "7 spec.steps[0].task.agent: Podium does not run Agent idle.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, http: {url: 'https://${{ run.id }}/x'}}",
            "7 spec.steps[0].http.url: it is not an http or https URL of a host.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, http: {url: 'http://169.254.169.254/x'}}",
            f"7 spec.steps[0].http.url: the address 169.254.169.254 is {METADATA}: it is never connected to.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, http: {url: 'https://2130706433/x'}}",
            f"7 spec.steps[0].http.url: the host 2130706433 is {ODD}.",
        ),
        (
            "agent: reviewer\nsteps:\n  - {name: a, http: {url: 'http://x.example/', credential: {env: A}}}",
            "7 spec.steps[0].http.url: the credential would cross the network unencrypted.",
        ),
        (
            f"agent: reviewer\n{STEP}\ntriggers:\n  - schedule: {{cron: 61 * * * *}}",
            "8 spec.triggers[0].schedule.cron: it is no schedule: Bad minute.",
        ),
        (
            f"agent: reviewer\n{STEP}\ntriggers:\n  - {{name: person, webhook: {{credential: {{env: A}}}}}}",
            "8 spec.triggers[0].name: what a person has started is called so.",
        ),
        (
            f"agent: reviewer\n{STEP}\ntriggers:\n  - condition: {{figure: error_rate, above: 1, below: 2}}",
            "8 spec.triggers[0].condition: exactly one of `above` and `below` is its bound.",
        ),
        (
            f"agent: reviewer\n{STEP}\ntriggers:\n  - condition: {{figure: error_rate, above: 1, clear: 2}}",
            "8 spec.triggers[0].condition.clear: it would be clear while it still holds.",
        ),
        (
            f"agent: reviewer\ninputs: {{n: {{}}}}\n{STEP}\ntriggers:\n  - schedule: {{cron: 0 0 * * *}}",
            "9 spec.triggers[0].inputs: the input n has no value.",
        ),
        (
            f"agent: reviewer\n{STEP}\ntriggers:\n  - webhook: {{credential: {{}}}}",
            "8 spec.triggers[0].webhook.credential: exactly one of `env` and `file` names the credential.",
        ),
    ],
)
def test_faults(spec: str, line: str) -> None:
    """What does not hold is a finding at its line."""
    assert line in said(spec)
