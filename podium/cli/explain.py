"""`podium explain ID`: the whole story of a charge, call, task or trace, or of what people have done."""

from decimal import Decimal

import click

from podium.cli.output import count, put_json
from podium.kernel.money import EXACT, NANO_PER_USD, usd_text
from podium.views.evidence import Trust
from podium.views.explain import Explanation, tell
from podium.views.explain_acts import ActStory, sentence
from podium.views.explain_charges import Working
from podium.views.explain_tree import Node, Proof, Whole, lines_of
from podium.views.text import iso


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(ctx: click.Context, id_: str, as_json: bool) -> int:
    """Tell who asked, which agent and version it was, what it may, what it called, and what each cost.

    ID is of a charge, call, tool call, trace or task; of a case, an override, a run of a pipeline; v3 or a
    digest (manifests), agent/NAME, a credential, a user; a row's number of the chain, or anything that it
    tells of. Told is in words and as a tree who asked, who answered, with what reason, what it changed, and
    whether the chain over it verifies; if not, the exit code is 1.
    """
    now_ns = ctx.obj.clock.wall_ns()
    trust = Trust(lambda: ctx.obj.evidence_keys(None), ctx.obj.good_signature)
    with ctx.obj.engine().connect() as connection:
        story = tell(connection, id_, trust, now_ns=now_ns)
    if as_json:
        put_json(story)
    elif isinstance(story, ActStory):
        print("\n".join(act_lines(story)))
    elif isinstance(story, Whole):
        text = [f"{story.kind} {story.id}", "", *(f"  {words}" for words in story.words)]
        print("\n".join([*text, *tree_lines(story.tree), *proof_lines(story.proof)]))
    else:
        print("\n".join(lines(story)))
    if isinstance(story, ActStory):
        return 1 if story.verified is False or story.differences else 0
    return 1 if story.proof is not None and story.proof.verified is False else 0


def tree_lines(tree: Node | None) -> list[str]:
    """Return a story's tree as lines of text."""
    return ["", *(f"  {line}" for line in lines_of(tree))] if tree is not None else []


def proof_lines(proof: Proof | None) -> list[str]:
    """Return what the chain says of a story as lines of text."""
    if proof is None:
        return []
    mark = {True: "verified", False: "NOT VERIFIED", None: "not verified"}[proof.verified]
    told = ["", "  the chain says", *(f"    {words}" for words in proof.sentences)] if proof.rows else []
    return [*told, "", f"  {mark}: {proof.words}"]


def act_lines(story: ActStory) -> list[str]:
    """Return the story of what people have done as lines of text."""
    text = [f"{story.kind} {story.id}", "", *(f"  {words}" for words in story.words)]
    if story.kind in {"case", "override"}:
        text += ["", "  the chain says", *(f"    {sentence(row)}" for row in story.rows)]
    text += tree_lines(story.tree)
    text += ["", *(f"  CHANGED BY HAND: {words}" for words in story.differences)]
    mark = {True: "verified", False: "NOT VERIFIED", None: "not verified"}[story.verified]
    return [*text, f"  {mark}: {story.verdict}"]


def lines(story: Explanation) -> list[str]:
    """Return an explanation as lines of text."""
    text = [f"{story.kind} {story.id}", ""]
    text.append(f"  who        agent {story.agent}, of {' > '.join(story.departments)}")
    session = f" (session {story.session})" if story.session else ""
    text.append(f"  task       {story.task_id}{session}")
    if story.trace_id:
        text.append(f"  trace      {story.trace_id}")
    text.append(f"  when       {iso(story.admitted_ns)}")
    if story.version is not None:
        version = story.version
        since = iso(version.in_force_from_ns)[:19] + "Z"
        text.append(
            f"  manifests  version {version.version}, digest {version.digest[:12]}, in force since {since}"
        )
    text += ["", *(f"  {sentence}" for sentence in story.words)]
    for working in story.charges:
        text += ["", *_charge(working)]
    if story.more_calls:
        text += ["", f"  … and {story.more_calls} charges more: podium ledger --{story.kind} {story.id}"]
    if story.total is not None:
        total = story.total
        text += [
            "",
            f"  total      {usd_text(total.cost_nano_usd)} USD: {total.calls} calls, {total.charges} charges",
            f"  estimated  {usd_text(total.estimated_nano_usd)} USD of it",
        ]
    return [*text, *tree_lines(story.tree), *proof_lines(story.proof)]


def _charge(working: Working) -> list[str]:
    charge = working.charge
    text = [f"  {charge.charge_id}  route {charge.route} > model {charge.model} > provider {charge.provider}"]
    text += [f"    {sentence}" for sentence in working.words]
    for line in working.lines:
        per_million = EXACT.divide(EXACT.multiply(line.nano_usd_per_token, 1_000_000), NANO_PER_USD)
        unit = f"{count(line.tokens)} tokens x {_plain(per_million)} USD/M"
        if not line.of_tokens:
            each = EXACT.divide(line.nano_usd_per_token, NANO_PER_USD)
            unit = f"{count(line.tokens)} x {_plain(each)} USD each"
        text.append(
            f"    {line.kind:<18} {unit:<38} = {_plain(EXACT.divide(line.nano_usd, NANO_PER_USD))} USD"
        )
    cost = f"{usd_text(charge.cost_nano_usd)} USD ({charge.cost_nano_usd:,} nano-USD)"
    checked = {
        True: "the lines add up, rounded up once",
        False: "THE LINES DO NOT ADD UP",
        None: "not worked out",
    }
    text.append(f"    {'cost':<18} {cost}: {checked[working.verified]}")
    if working.corrections:
        text.append(
            f"    {'stands at':<18} {usd_text(working.stands_nano_usd)} USD, with what bills have corrected"
        )
    if working.price_source is not None and working.lines:
        text.append(f"    {'prices':<18} {working.price_source}")
    return text


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
