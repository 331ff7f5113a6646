"""A trace that goes through several departments, as it is shown to who may see only some of them.

Their own spans are as they are. Those of other departments that hang together are one opaque node, which
says how many there are and nothing else: its times are those of the spans around it, not its own.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from podium.evidence import semconv, windows

SOURCE: Final = "hidden"
"""Who an opaque node says that it is of."""
_Span = dict[str, Any]


def is_of(span: Mapping[str, Any], departments: Sequence[str]) -> bool:
    """Return whether a span is of one of some departments, by their names, or of one below them."""
    path = str(span["attributes"].get(semconv.DEPARTMENT) or "")
    return not set(departments).isdisjoint(path.split("/"))


def veiled(spans: Sequence[_Span], departments: Sequence[str]) -> list[_Span]:
    """Return a trace's spans as who sees some departments may see them, by start; none where none is theirs.

    Nodes of others under the same span, with none of theirs below, are one.
    """
    own = {span["span_id"]: span for span in spans if is_of(span, departments)}
    if not own:
        return []
    by_id = {span["span_id"]: span for span in spans}
    tops = _tops(by_id, own)
    groups: dict[str, list[str]] = {}
    for id_, top in tops.items():
        groups.setdefault(top, []).append(id_)
    below: dict[str, list[_Span]] = {}
    for span in own.values():
        if span["parent_span_id"] in tops:
            below.setdefault(tops[span["parent_span_id"]], []).append(span)
    # What has a span of theirs below it keeps its place between; the rest joins by where it hangs.
    nodes: dict[tuple[str | None, str | None], list[str]] = {}
    for top, members in groups.items():
        above = by_id[top]["parent_span_id"]
        key = (above if above in own else None, top if top in below else None)
        nodes.setdefault(key, []).extend(members)
    first_ns = min(span["start_ns"] for span in own.values())
    found: list[_Span] = []
    stands: dict[str, str] = {}
    for (above, kept_top), members in nodes.items():
        children = below.get(kept_top or "", [])
        node = _node(len(members), own.get(above or ""), children, first_ns, spans[0]["trace_id"], len(found))
        node_id: str = node["span_id"]
        stands |= dict.fromkeys(members, node_id)
        found.append(node)
    found += [_shown(span, stands, own) for span in own.values()]
    return sorted(found, key=lambda span: (span["start_ns"], span["span_id"]))


def _tops(by_id: Mapping[str, _Span], own: Mapping[str, _Span]) -> dict[str, str]:
    """Return for each of the others' spans the highest of those that it hangs together with."""
    found: dict[str, str] = {}
    for start in by_id:
        if start in own or start in found:
            continue
        passed: list[str] = []
        at = start
        while at not in found and at not in passed:
            passed.append(at)
            above = by_id[at]["parent_span_id"]
            if above is None or above in own or above not in by_id:
                break
            at = above
        top = found.get(at, at)
        found |= dict.fromkeys(passed, top)
    return found


def _node(
    members: int, above: _Span | None, below: Sequence[_Span], first_ns: int, trace_id: str, number: int
) -> _Span:
    """Return the opaque node of so many spans, at the times of those of theirs below it, or above."""
    start_ns = min((span["start_ns"] for span in below), default=above["start_ns"] if above else first_ns)
    return {
        "trace_id": trace_id,
        "span_id": blake2b(f"{trace_id} {number} hidden".encode(), digest_size=8).hexdigest(),
        "parent_span_id": above["span_id"] if above is not None else None,
        "name": f"{members} span{'s' if members != 1 else ''} of another department",
        "kind": "INTERNAL",
        "start_ns": start_ns,
        "end_ns": max((span["end_ns"] for span in below), default=start_ns),
        "status": "UNSET",
        "status_message": None,
        "attributes": {},
        "source": SOURCE,
    }


def _shown(span: _Span, stands: Mapping[str, str], own: Mapping[str, _Span]) -> _Span:
    """Return a span of theirs, below the node of what it hung below, without ids of others' spans."""
    parent = span["parent_span_id"]
    attributes = span["attributes"]
    if windows.AGAINST in attributes and attributes[windows.AGAINST] not in own:
        attributes = {name: value for name, value in attributes.items() if name != windows.AGAINST}
    return {**span, "parent_span_id": stands.get(parent or "", parent), "attributes": attributes}
