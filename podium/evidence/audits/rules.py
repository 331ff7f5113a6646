"""An audit: its rules over one trace, a step at a time, and what came of each.

The same machine serves a live task (`Run.step` after every span, `Run.standing` at any time) and a recorded
trace (`judge`), so both give the same verdict on every prefix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from podium.evidence.audits.atoms import JUDGED, Atom, Judged, combined, fields, pack, wrong
from podium.evidence.audits.formulas import FALSE, TRUE, Automaton, Formula
from podium.evidence.audits.sentences import KEYWORDS, Vocabulary, parse
from podium.evidence.audits.steps import Step
from podium.evidence.audits.witnesses import witnesses
from podium.kernel.errors import InvalidRequest

Verdict = Literal["pass", "fail", "unknown"]
VERDICTS: Final[tuple[Verdict, ...]] = ("fail", "unknown", "pass")
"""By the value of a formula: 0, 1, 2."""
Severity = Literal["safety", "error", "warning"]
SEVERITIES: Final[tuple[Severity, ...]] = ("safety", "error", "warning")
"""A safety rule that is violated can pause a live task; a warning does not fail a run."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence. ``because`` says why it is asked for."""

    name: str
    says: str
    severity: Severity = "error"
    because: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one rule over a trace.

    ``final`` says that no further step can change it. ``spans`` are the ids of the steps that decided, the
    step at which it was decided last; empty where the whole trace did (something that never came).
    """

    rule: Rule
    verdict: Verdict
    final: bool
    spans: tuple[str, ...]


class Audit:
    """Compiled rules. One serves any number of traces, which fill its look-up tables."""

    def __init__(self, name: str, rules: Sequence[Rule], vocabulary: Vocabulary) -> None:
        """Compile. Raises InvalidRequest that names the rule and the word."""
        self.name = name
        self.rules = tuple(rules)
        self.automata = tuple(Automaton(_formula(rule, vocabulary)) for rule in rules)
        self.atoms = tuple(vocabulary.numbered)
        self._pack = pack(self.atoms)

    def run(self, judged: Judged | None = None) -> "Run":
        """Begin a trace. ``judged``: what judges find of its steps; it may grow, and is read at each step."""
        return Run(self, self._pack(judged))

    def judges(self, place: int) -> frozenset[str]:
        """Return the names of the judges on which the rule at a place hangs."""
        mask = self.automata[place].mask
        named = (atom.says for at, atom in enumerate(self.atoms) if mask >> 2 * at & 3)
        return frozenset(says.removeprefix(JUDGED) for says in named if says.startswith(JUDGED))


class Run:
    """One trace under an audit."""

    def __init__(self, audit: Audit, letter: "object") -> None:
        self._audit = audit
        self._letter = letter
        self._states = [automaton.start for automaton in audit.automata]
        self._open = [
            (place, automaton, automaton.mask)
            for place, automaton in enumerate(audit.automata)
            if automaton.decided(automaton.start) is None
        ]
        self._decided_at: dict[int, int] = {}
        self._letters: list[int] = []
        self._spans: list[str] = []

    def step(self, step: Step) -> list[Rule]:
        """Take a step; return the rules that are now violated for good, and were not before."""
        letter = self._letter(step)  # type: ignore[operator] # what `pack` gave
        self._letters.append(letter)
        self._spans.append(step.span_id)
        states = self._states
        ended = []
        for place, automaton, mask in self._open:
            state = states[place]
            to = automaton.step(state, letter & mask)
            if to != state:
                states[place] = to
                if automaton.decided(to) is not None:
                    ended.append(place)
        if not ended:
            return []
        self._open = [one for one in self._open if one[0] not in ended]
        self._decided_at.update(dict.fromkeys(ended, len(self._letters) - 1))
        return [self._audit.rules[place] for place in ended if self._value(place) == FALSE]

    def _value(self, place: int) -> int:
        return self._audit.automata[place].ended(self._states[place])

    def standing(self) -> list[Finding]:
        """Return the verdicts as they are if the trace ends here."""
        return [self._finding(place, rule) for place, rule in enumerate(self._audit.rules)]

    def violated(self) -> list[Finding]:
        """Return what is violated for good, the first first."""
        places = sorted((at, place) for place, at in self._decided_at.items() if self._value(place) == FALSE)
        return [self._finding(place, self._audit.rules[place]) for _, place in places]

    def _finding(self, place: int, rule: Rule) -> Finding:
        automaton, value = self._audit.automata[place], self._value(place)
        final = automaton.decided(self._states[place]) is not None
        until = self._decided_at.get(place, len(self._letters) - 1)
        spans = (
            () if value == TRUE and not final else witnesses(automaton.formula, self._letters[: until + 1])
        )
        return Finding(rule, VERDICTS[value], final, tuple(self._spans[at] for at in spans))


def judge(audit: Audit, steps: Iterable[Step]) -> list[Finding]:
    """Return what comes of each rule over a whole trace. Steps are in the order of their starts."""
    run = audit.run()
    for step in steps:
        run.step(step)
    return run.standing()


def _formula(rule: Rule, vocabulary: Vocabulary) -> Formula:
    try:
        return parse(rule.says, vocabulary)
    except InvalidRequest as error:
        raise wrong(f"rule {rule.name}: {error.message}", error.fix, error.field) from error


def vocabulary_of(let: Mapping[str, object], judges: Judged | None = None) -> Vocabulary:
    """Return the words that an audit defines. A definition may use those above it in any, all and none.

    Raises InvalidRequest that names the word.
    """
    defined: dict[str, Atom] = {}
    for name, written in let.items():
        if name.lower() in KEYWORDS or not name.replace("_", "").replace("-", "").isalnum():
            raise wrong(f"{name!r} cannot be defined.", "Take a word that the language does not use.", name)
        defined[name] = _defined(name, written, defined)
    return Vocabulary(defined, judges or {})


def _defined(name: str, written: object, defined: Mapping[str, Atom]) -> Atom:
    if isinstance(written, str):
        return fields(name, {"tool": written})
    if not isinstance(written, Mapping):
        raise wrong(
            f"{name}: {written!r} defines nothing.", "Write {tool: send_email}, or the name of a tool.", name
        )
    for how in ("all", "any", "none"):
        if set(written) == {how} and isinstance(written[how], list):
            parts = [
                defined[one]
                if isinstance(one, str) and one in defined
                else _defined(f"{name}.{how}", one, defined)
                for one in written[how]
            ]
            return combined(name, parts, how)
    return fields(name, written)
