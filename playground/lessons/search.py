"""Finding by a question: over lessons, questions, pitfalls and functions, in every language at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from math import log

from playground.lessons.asked import QUESTIONS
from playground.lessons.functions import names
from playground.lessons.table import LESSONS
from playground.pitfalls.table import PITFALLS
from playground.words import languages, sentences

LESSON, QUESTION, PITFALL, FUNCTION = "lesson", "question", "pitfall", "function"
KINDS = (QUESTION, LESSON, PITFALL, FUNCTION)
"""What can be found; of what fits equally well, the first comes first."""

MOST, NEAREST = 12, 3
"""At most so many are shown, and so many where nothing fits."""
ENOUGH = 0.45
"""What fits has so large a part of the weight of the words that are looked for."""
MAX_SEARCH_CHARACTERS, MAX_SEARCH_WORDS = 120, 12
TITLE, BODY = 1.0, 0.6
"""What a word counts in a title, and in what is said below it."""
WHOLE, BEGUN, ALIKE = 1.0, 0.8, 0.7
"""What a word counts that is there, that begins like one there, that is written nearly like one."""
CLOSE = 0.8
"""Words are alike from this ratio of `difflib` on."""

_WORD = re.compile(r"[a-z0-9_]+|[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Entry:
    """Something that can be found."""

    kind: str
    key: str


@dataclass(frozen=True)
class Index:
    """What each entry is found by, and how rare each word is."""

    words: Mapping[Entry, Mapping[str, float]]
    """By entry each of its words, with what it counts."""
    rarity: Mapping[str, float]
    titles: Mapping[Entry, tuple[str, ...]]


def tokens(text: str) -> list[str]:
    """The words of a text, in small letters, also those of a name; of Chinese, without spaces, each pair of signs."""
    return [part for run in _WORD.findall(text.lower()) for part in _parts(run)]


def _parts(run: str) -> list[str]:
    if run[0] < "\u3400":
        return [run, *filter(None, run.split("_"))] if "_" in run else [run]
    if len(run) == 1:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


@cache
def index() -> Index:
    """The index of all that can be found."""
    texts = dict(_texts())
    words = {entry: _counted(titles, bodies) for entry, (titles, bodies) in texts.items()}
    common = Counter(word for counted in words.values() for word in counted)
    rarity = {word: log(1 + len(words) / count) for word, count in common.items()}
    return Index(words, rarity, {entry: tuple(titles) for entry, (titles, _) in texts.items()})


def _texts() -> Iterator[tuple[Entry, tuple[list[str], list[str]]]]:
    """Each entry with its titles in all languages, and what else is said of it."""
    for question in QUESTIONS:
        yield Entry(QUESTION, question.key), (_said(f"asked.{question.key}"), [])
    for lesson in LESSONS:
        programs = [step.example.program for step in lesson.steps]
        about = _said(f"lessons.{lesson.key}.about")
        yield Entry(LESSON, lesson.key), (_said(f"lessons.{lesson.key}.title"), [*about, *programs])
    for key, pitfall in PITFALLS.items():
        yield Entry(PITFALL, key), (_said(f"pitfalls.{key}.title"), [pitfall.code, pitfall.mended])
    for name, text in names().items():
        yield Entry(FUNCTION, name), ([text], [])


def _said(key: str) -> list[str]:
    return [sentences(language)[key] for language in languages()]


def _counted(titles: Iterable[str], bodies: Iterable[str]) -> dict[str, float]:
    counted = dict.fromkeys((word for text in bodies for word in tokens(text)), BODY)
    return counted | dict.fromkeys((word for text in titles for word in tokens(text)), TITLE)


def search(text: str) -> tuple[Sequence[Entry], bool]:
    """What fits a text, the best first, and whether it does: where nothing fits, these are only the nearest."""
    words = tokens(text[:MAX_SEARCH_CHARACTERS])[:MAX_SEARCH_WORDS]
    if not words:
        return [], True
    everything = index()
    like = {word: _like(word, everything.rarity) for word in dict.fromkeys(words)}
    weight = {
        word: max((everything.rarity[word_found] for word_found in similar), default=_rarest(everything))
        for word, similar in like.items()
    }
    scores = {entry: _score(counted, like, weight) for entry, counted in everything.words.items()}
    fitting = [entry for entry, score in scores.items() if score >= ENOUGH]
    best = sorted(fitting, key=lambda entry: (-round(scores[entry], 2), KINDS.index(entry.kind)))[:MOST]
    return (best, True) if best else (_nearest(text, everything, scores), False)


def _rarest(everything: Index) -> float:
    return max(everything.rarity.values())


def _like(word: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """The words of the index that a word can mean, with what each counts."""
    similar = {candidate: BEGUN for candidate in rarity if len(word) > 2 and candidate.startswith(word)}
    if word in rarity:
        similar[word] = WHOLE
    return similar or dict.fromkeys(get_close_matches(word, rarity, cutoff=CLOSE), ALIKE)


def _score(counted: Mapping[str, float], like: Mapping[str, Mapping[str, float]], weight: Mapping[str, float]) -> float:
    """Which part of the weight of the words that are looked for an entry has."""
    score = sum(
        weight[word] * max((counts * counted.get(candidate, 0.0) for candidate, counts in similar.items()), default=0.0)
        for word, similar in like.items()
    )
    return score / sum(weight.values())


def _nearest(text: str, everything: Index, scores: Mapping[Entry, float]) -> Sequence[Entry]:
    """What shares most with a text that nothing fits: its words first, and then its letters."""
    letters = SequenceMatcher(b=text[:MAX_SEARCH_CHARACTERS].lower(), autojunk=False)

    def near(entry: Entry) -> tuple[float, float]:
        return scores[entry], max(_ratio(letters, title) for title in everything.titles[entry])

    return sorted(everything.words, key=near, reverse=True)[:NEAREST]


def _ratio(letters: SequenceMatcher[str], title: str) -> float:
    letters.set_seq1(title.lower())
    return letters.quick_ratio()
