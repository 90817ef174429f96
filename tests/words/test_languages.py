"""Every language has every sentence, with the same placeholders, and is written as its readers write."""

import re
from collections import Counter
from string import Formatter

import pytest

from playground.words import DEFAULT, languages, sentences

OTHERS = [language for language in languages() if language != DEFAULT]
CHINESE = "[\u3400-\u9fff]"


def holes(sentence: str) -> Counter[tuple[str, str | None]]:
    """A sentence's placeholders, each with its format, and how often it stands there."""
    return Counter((name, spec) for _, name, spec, _ in Formatter().parse(sentence) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_sentences_of_the_default_in_their_order(language: str) -> None:
    assert list(sentences(language)) == list(sentences())


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_has_the_same_placeholders_in_every_language(language: str) -> None:
    theirs = sentences(language)
    assert [key for key, text in sentences().items() if holes(text) != holes(theirs[key])] == []


def test_chinese_has_its_own_punctuation_and_a_space_beside_latin() -> None:
    wrong = rf"{CHINESE}[,;:?!]|{CHINESE}\.(?![a-z_])|{CHINESE}[A-Za-z0-9]|[A-Za-z0-9]{CHINESE}|{CHINESE} {CHINESE}"
    assert [key for key, text in sentences("zh").items() if re.search(wrong, text)] == []


def test_a_latin_word_in_a_chinese_sentence_stands_in_its_english_one() -> None:
    more = {"asked.only_scalars": {"backward"}, "frame.language_tag": {"zh", "CN"}, "share.this_machine": {"IP"}}
    for key, text in sentences("zh").items():
        words = set(re.findall(r"[A-Za-z_][\w.]*\w|[A-Za-z]", re.sub(r"\{\w*\}", "", text), re.ASCII))
        added = {word for word in words if word.lower() not in sentences()[key].lower()}
        assert added == more.get(key, set()), key


def test_code_in_a_sentence_is_the_same_in_every_language() -> None:
    code = r"`[^`]*`|\b\w+=(?:True|False)\b|\b[a-z]+(?:_[a-z]+)+\b"
    for language in OTHERS:
        for key, text in sentences().items():
            for part in re.findall(code, re.sub(r"\{\w+\}", "", text)):
                assert part in sentences(language)[key], (language, key, part)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["creeps", "settles", "bounces", "diverges", "stays"])
def test_a_verdict_is_one_word_in_its_sentence_and_in_the_race(kind: str, language: str) -> None:
    words = sentences(language)
    begin = re.split("[:：]", words[f"descent.{kind}"])[0]
    assert words[f"descent.verdict_{kind}"] in begin


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("way", ["next", "previous"])
def test_another_question_is_not_called_as_another_step_of_the_player(way: str, language: str) -> None:
    assert sentences(language)[f"lessons.{way}"] != sentences(language)[f"player.{way}"]


def test_chinese_quotes_what_pytorch_says() -> None:
    """Its English ends where the quotation ends, whatever sentence comes next."""
    bare = re.compile("原话：(?!“{reason}”)")
    assert [key for key, text in sentences("zh").items() if bare.search(text)] == []
