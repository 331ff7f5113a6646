"""The language of `when` and of `${{ }}` in pipelines: values of a run, compared. No loops, no side effects.

```
either   = both {"or" both}               both    = no {"and" no}           no   = ["not"] compared
compared = value [("==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in") value]
value    = atom {"." NAME | "[" either "]"}
atom     = NUMBER | TEXT | "true" | "false" | "null" | "[" [either {"," either}] "]" | "(" either ")"
         | NAME "(" [either {"," either}] ")" | NAME
```

What is compared with what is checked before anything runs (`type_of`), as far as it is known: what a step
returns is known only when it has run, and is checked then. What is not there is null. What does not fit
raises InvalidRequest, and never counts as true or false.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from podium.kernel.errors import InvalidRequest

Type = Literal["text", "number", "flag", "list", "map", "null", "any"]
MAX_CHARACTERS: Final = 2000
MAX_DEPTH: Final = 32
MAX_RENDERED: Final = 1 << 20
"""Characters of one text that references make."""
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<text>"(?:[^"\\]|\\["\\n])*"|'(?:[^'\\]|\\['\\n])*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|(?P<sign>==|!=|<=|>=|[<>()\[\],.]))""",
    re.VERBOSE,
)
_REFERENCE: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_WORDS: Final = {"true": True, "false": False, "null": None}
_FIX: Final = "See docs/pipelines.md, Expressions."


def fault(message: str, fix: str = _FIX) -> InvalidRequest:
    """Return the error of an expression."""
    return InvalidRequest(message, fix=fix)


@dataclass(frozen=True, slots=True)
class Constant:
    """What is written out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose entries are expressions."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A value of the run: `inputs`, `steps`, `item`, `run`, `trigger`."""

    name: str


@dataclass(frozen=True, slots=True)
class Within:
    """A field of a map, or an entry of a list."""

    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS`."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values, compared."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Joined:
    """`and`, `or`: what stands right is not looked at where the left decides. `not` has one."""

    word: str
    parts: tuple["Expression", ...]


Expression = Constant | Items | Name | Within | Call | Compared | Joined


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            raise fault(f"an expression has at most {MAX_CHARACTERS} characters.", "Shorten it.")
        self._tokens: list[tuple[str, str]] = []
        at, self._depth, self._at = 0, 0, 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise fault(f"nothing begins with {text[at:].lstrip()[:1]!r} at character {at + 1}.")
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()

    def whole(self) -> Expression:
        """Return the expression that all of the text is."""
        found = self._either()
        if self._at < len(self._tokens):
            raise fault(f"{self._tokens[self._at][1]!r} does not go on from what stands before it.")
        return found

    def _peek(self, ahead: int = 0) -> str:
        """Return the next sign or word; texts and numbers are none."""
        at = self._at + ahead
        kind, text = self._tokens[at] if at < len(self._tokens) else ("", "")
        return text if kind in {"name", "sign"} else ""

    def _takes(self, *wanted: str) -> bool:
        if all(self._peek(ahead) == word for ahead, word in enumerate(wanted)):
            self._at += len(wanted)
            return True
        return False

    def _wants(self, sign: str) -> None:
        if not self._takes(sign):
            raise fault(f"{sign!r} is missing.")

    def _either(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise fault(f"it is more than {MAX_DEPTH} levels deep.", "Simplify it.")
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def _both(self) -> Expression:
        parts = [self._no()]
        while self._takes("and"):
            parts.append(self._no())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def _no(self) -> Expression:
        return Joined("not", (self._compared(),)) if self._takes("not") else self._compared()

    def _compared(self) -> Expression:
        left = self._value()
        for sign in ("==", "!=", "<=", ">=", "<", ">", "in"):
            if self._takes(sign):
                return Compared(sign, left, self._value())
        if self._takes("not", "in"):
            return Compared("not in", left, self._value())
        return left

    def _value(self) -> Expression:
        found = self._atom()
        while True:
            if self._takes("."):
                kind, name = self._next()
                if kind != "name":
                    raise fault(f"{name!r} is no name of a field.", 'Write ["..."] for other names.')
                found = Within(found, Constant(name))
            elif self._takes("["):
                found = Within(found, self._either())
                self._wants("]")
            else:
                return found

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise fault("it ends in the middle.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _atom(self) -> Expression:
        kind, text = self._next()
        if kind == "number":
            return Constant(float(text) if "." in text else int(text))
        if kind == "text":
            return Constant(re.sub(r"\\(.)", lambda it: "\n" if it[1] == "n" else it[1], text[1:-1]))
        if kind == "name" and text in _WORDS:
            return Constant(_WORDS[text])
        if kind == "name" and self._takes("("):
            return Call(text, self._list(")"))
        if kind == "name" and text not in {"and", "or", "not", "in"}:
            return Name(text)
        if text == "[":
            return Items(self._list("]"))
        if text == "(":
            found = self._either()
            self._wants(")")
            return found
        raise fault(f"{text!r} is no value.")

    def _list(self, end: str) -> tuple[Expression, ...]:
        items: list[Expression] = []
        while not self._takes(end):
            if items:
                self._wants(",")
            items.append(self._either())
        return tuple(items)


def parse(text: str) -> Expression:
    """Return the expression that a text is. Raises InvalidRequest saying what does not fit."""
    return _Parser(text).whole()


def parse_template(text: str) -> tuple[str | Expression, ...]:
    """Return a text's parts: what stands as it is, and the expressions in ``${{ }}``.

    Raises InvalidRequest.
    """
    parts: list[str | Expression] = []
    at = 0
    for found in _REFERENCE.finditer(text):
        parts += [text[at : found.start()], parse(found[1])]
        at = found.end()
    if "${{" in text[at:]:
        raise fault("a `${{` has no `}}`.", "Write ${{ inputs.name }}.")
    return tuple(part for part in (*parts, text[at:]) if part != "")


# What is known before anything runs

Known = Mapping[str, Any]
"""A map of names: a Type, or a map again. ``"*"``: what every other name is."""


def type_of(expression: Expression, known: Known) -> Type:
    """Return what an expression gives. Raises InvalidRequest where it names what is not, or never fits."""
    found = _known(expression, known)
    return "map" if isinstance(found, Mapping) else found


def _known(expression: Expression, known: Known) -> Any:
    match expression:
        case Constant(value):
            return kind_of(value)
        case Items(items):
            for item in items:
                type_of(item, known)
            return "list"
        case Name(name):
            return _field(known, name, "there is no")
        case Within(of, key):
            return _within(of, key, known)
        case Call(name, arguments):
            return _call_type(name, [type_of(one, known) for one in arguments])
        case Compared(sign, left, right):
            _check_pair(sign, type_of(left, known), type_of(right, known))
            return "flag"
        case Joined(word, parts):
            for part in parts:
                if type_of(part, known) not in {"flag", "any"}:
                    raise fault(f"`{word}` wants true or false, not {type_of(part, known)}.")
            return "flag"


def _within(of: Expression, key: Expression, known: Known) -> Any:
    outer, inner = _known(of, known), type_of(key, known)
    if isinstance(outer, Mapping):
        if not isinstance(key, Constant) or not isinstance(key.value, str):
            raise fault(f"the name of a field of {words(of)} is written out.")
        return _field(outer, key.value, f"{words(of)} has no")
    if outer in {"any", "map"} and inner in {"text", "number", "any"}:
        return "any"
    if outer == "list" and inner in {"number", "any"}:
        return "any"
    raise fault(f"{words(of)} is {outer}, of which there is no [{inner}].")


def _field(of: Known, name: str, sentence: str) -> Any:
    found = of.get(name, of.get("*"))
    if found is None:
        raise fault(f"{sentence} `{name}`.", f"There is: {', '.join(sorted(of)) or 'nothing'}.")
    return found


def _check_pair(sign: str, left: Type, right: Type) -> None:
    if sign in {"in", "not in"}:
        if right not in {"list", "map", "text", "any"}:
            raise fault(f"`{sign}` looks into a list, a map or a text, not {right}.")
        if right == "text" and left not in {"text", "any"}:
            raise fault(f"a text holds texts, not {left}.")
        return
    if sign in _ORDERED:
        if not {left, right} <= {"number", "any"} and not {left, right} <= {"text", "any"}:
            raise fault(f"`{sign}` compares two numbers or two texts, not {left} and {right}.")
    elif left != right and not {left, right} & {"any", "null"}:
        raise fault(
            f"{left} and {right} are never equal.", "Compare values of one type; `text(...)` makes one."
        )


def _call_type(name: str, given: list[Type]) -> Type:
    if name not in FUNCTIONS:
        raise fault(f"there is no function `{name}`.", f"There is: {', '.join(FUNCTIONS)}.")
    wanted, gives, _ = FUNCTIONS[name]
    if len(given) != len(wanted):
        raise fault(f"`{name}` takes {len(wanted)} values, not {len(given)}.")
    for each, allowed in zip(given, wanted, strict=True):
        if each not in allowed and each != "any":
            raise fault(f"`{name}` takes {' or '.join(sorted(allowed))}, not {each}.")
    return gives


# What it gives


def value_of(expression: Expression, values: Mapping[str, Any]) -> Any:
    """Return an expression's value. Raises InvalidRequest where something does not fit."""
    match expression:
        case Constant(value):
            return value
        case Items(items):
            return [value_of(item, values) for item in items]
        case Name(name):
            return values.get(name)
        case Within(of, key):
            return _entry(value_of(of, values), value_of(key, values))
        case Call(name, arguments):
            given = [value_of(one, values) for one in arguments]
            _call_type(name, [kind_of(one) for one in given])
            return FUNCTIONS[name][2](*given)
        case Compared(sign, left, right):
            return _compare(sign, value_of(left, values), value_of(right, values))
        case Joined(word, parts):
            if word == "not":
                return not truth(value_of(parts[0], values))
            found = (truth(value_of(part, values)) for part in parts)
            return any(found) if word == "or" else all(found)


def truth(value: Any) -> bool:
    """Return true or false. Raises InvalidRequest for anything else: nothing else is either."""
    if not isinstance(value, bool):
        raise fault(f"it is {kind_of(value)}, neither true nor false.", "Compare it: `... == ...`.")
    return value


def _entry(of: Any, key: Any) -> Any:
    if isinstance(of, dict) and isinstance(key, str):
        return of.get(key)
    if isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool):
        return of[key] if -len(of) <= key < len(of) else None
    return None


def _compare(sign: str, left: Any, right: Any) -> bool:
    kinds = (kind_of(left), kind_of(right))
    if sign in {"==", "!="}:
        same = kinds[0] == kinds[1] and left == right
        return same if sign == "==" else not same
    _check_pair(sign, *kinds)
    if "null" in kinds and sign in _ORDERED:
        raise fault(f"`{sign}` cannot compare what is not there.", "Write `default(..., 0)` around it.")
    compared: dict[str, Callable[[Any, Any], Any]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "in": _holds,
        "not in": lambda a, b: not _holds(a, b),
    }
    return bool(compared[sign](left, right))


def _holds(one: Any, of: Any) -> bool:
    if isinstance(of, list):
        return any(kind_of(one) == kind_of(each) and one == each for each in of)
    return isinstance(one, str) and one in of


def kind_of(value: Any) -> Type:
    """Return the type of a value as JSON has it."""
    if value is None:
        return "null"
    kinds: tuple[tuple[type | tuple[type, ...], Type], ...] = (
        (bool, "flag"), (str, "text"), ((int, float), "number"), ((list, tuple), "list"), (dict, "map"),
    )  # fmt: skip
    return next((kind for of, kind in kinds if isinstance(value, of)), "any")


def text_of(value: Any) -> str:
    """Return a value as it stands in a text: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _number(value: Any) -> float | int:
    if isinstance(value, int | float):
        return value
    if not re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", value):
        raise fault(f"{value[:40]!r} is no number.")
    return float(value) if "." in value else int(value)


_ANY: Final = frozenset({"text", "number", "flag", "list", "map", "null", "any"})
FUNCTIONS: Final[dict[str, tuple[tuple[frozenset[str], ...], Type, Callable[..., Any]]]] = {
    "length": ((frozenset({"text", "list", "map"}),), "number", len),
    "default": ((_ANY, _ANY), "any", lambda value, other: other if value is None else value),
    "text": ((_ANY,), "text", text_of),
    "number": ((frozenset({"text", "number"}),), "number", _number),
}
"""What each takes, what it gives, and what it does."""


def words(expression: Expression) -> str:
    """Return how a value is called in messages."""
    match expression:
        case Name(name):
            return name
        case Within(of, Constant(value)):
            return f"{words(of)}.{value}"
        case _:
            return "the value"


def names_of(expression: Expression) -> list[tuple[str, ...]]:
    """Return the values of the run that an expression names, as far as their names are written out."""
    match expression:
        case Name(name):
            return [(name,)]
        case Within(of, key):
            path = _path(expression)
            return [path] if path is not None else [*names_of(of), *names_of(key)]
        case Items(parts) | Joined(_, parts) | Call(_, parts):
            return [name for part in parts for name in names_of(part)]
        case Compared(_, left, right):
            return [*names_of(left), *names_of(right)]
        case _:
            return []


def _path(expression: Expression) -> tuple[str, ...] | None:
    match expression:
        case Name(name):
            return (name,)
        case Within(of, Constant(value)):
            above = _path(of)
            return None if above is None else (*above, str(value))
        case _:
            return None


def render(value: Any, values: Mapping[str, Any]) -> Any:
    """Return a written value with its references replaced: a text that is one reference becomes its value.

    Raises InvalidRequest where something does not fit.
    """
    if isinstance(value, dict):
        return {name: render(each, values) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [render(each, values) for each in value]
    if not isinstance(value, str) or "${{" not in value:
        return value
    parts = parse_template(value)
    if len(parts) == 1 and not isinstance(parts[0], str):
        return value_of(parts[0], values)
    text = "".join(part if isinstance(part, str) else text_of(value_of(part, values)) for part in parts)
    if len(text) > MAX_RENDERED:
        raise fault(
            f"the text has {len(text)} characters.", f"Keep it below {MAX_RENDERED}; write an artifact."
        )
    return text


def references_in(value: Any) -> list[Expression]:
    """Return every expression that stands in a written value. Raises InvalidRequest."""
    if isinstance(value, dict):
        return [found for each in value.values() for found in references_in(each)]
    if isinstance(value, list | tuple):
        return [found for each in value for found in references_in(each)]
    if not isinstance(value, str):
        return []
    return [part for part in parse_template(value) if not isinstance(part, str)]
