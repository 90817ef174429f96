"""A Chinese sentence claims what its English sentence claims: its numbers, its negations, its directions, its terms.

What no pattern can compare was read. The patterns hold what a slip changes: a number, a "not", a left for a right.
"""

import re
from collections import Counter

import pytest

from playground.words import sentences

SAME = {
    "at least": (r"\bat least\b", "至少|最少|不小于"),
    "three": (r"\bthree\b", "三(?!维)"),
    "four": (r"\bfour\b", "四"),
    "five": (r"\bfive\b", "五"),
    "six": (r"\bsix\b", "六"),
    "infinite": (r"\binfini\w+", "无穷"),
    "finite": (r"\bfinite\b", "有限"),
    "positive": (r"\bpositive\b", "为正"),
    "negative": (r"\bnegative\b|\bminus (sign|infinity)|\ba minus\b|\bsigns?\b", "负|符号"),
    "smallest": (r"\bminim\w+|\bsmallest\b|\bflattest\b", "极小|最小"),
    "largest": (r"\bmaxim\w+|\blargest\b|\bsteepest\b|\bat most 1/4|\boffered up to", "极大|最大"),
    "saddle": (r"\bsaddles?\b", "鞍点"),
    "eigenvalue": (r"\beigenvalues?\b", "特征值"),
    "Hessian": (r"\bHessian\b", "海森矩阵"),
    "Jacobian": (r"\bJacobian\b", "雅可比矩阵"),
    "finite differences": (r"\bfinite differences\b", "有限差分"),
    "upstream": (r"\bupstream\b", "上游梯度"),
    "gradient argument": (r"\bgradient argument\b", "gradient 参数"),
    "corner": (r"\bcorners?\b", "尖点"),
    "slope": (r"\bslopes?\b", "斜率"),
    "parabola": (r"\bparabola\b", "抛物线"),
    "tangent": (r"\btangent\b|\bis level\b", "切线"),
}
"""What both languages claim or neither: how English says it, and how Chinese does."""

NOT = (
    r"\b(no|not|none|never|nothing|cannot|without|nobody|nowhere|neither|nor|un(known|bounded|decided|tracked|equal))\b"
    r"|n't"
)

CLAIMED = {
    "not": (NOT, "不|没|无(?!穷)|非|未"),
    "at most": (r"\bat most\b", "最多|最大|不超过"),
    "two": (r"\btwo\b|\btwice\b", "两|二|双"),
    "every": (r"\b(every|each)\b(?! other)", "每|各|都|所有|任何"),
    "only": (r"\bonly\b", "只|仅|才"),
    "longer or larger": (r"\b(grows?|rises?|larger|farther|steeper|longer than the one)\b", "增|升|大|长|远|陡"),
    "shorter or smaller": (r"\b(falls?|shrinks?|smaller|shorter|lower)\b", "减|降|小|短|低|缩"),
    "left": (r"\bon the left\b|\bdownhill is left\b", "左"),
    "right": (r"\bon the right\b|\bdownhill is right\b", "右"),
    "above": (r"\babove\b", "高于|大于|上"),
    "below": (r"\bbelow\b", "低于|小于|下"),
    "learning rate": (r"\blearning rates?\b", "学习率"),
    "path": (r"\bpaths?\b", "路径"),
    "leaf": (r"\bleaf\b", "叶子节点"),
    "row": (r"\brows?\b", "行|排"),
    "column": (r"\bcolumns?\b", "列"),
}
"""What Chinese claims wherever English does; it may say so where English has other words."""

OTHERWISE = {
    "every": {"error.direction", "second.they_no_number", "asked.memory", "pitfalls.total.wrong_1", "predict.gone.why"},
    "row": {"lessons.vanishing.about"},
}
"""The sentences in which Chinese says it in other words, by claim."""


def plain(sentence: str) -> str:
    """A sentence without its placeholders, its code, what it quotes and what is a value of Python."""
    return re.sub(r"\{\w*\}|`[^`]*`|“[^”]*”|\bNone\b|\w*_\w*", "", sentence)


def has(pattern: str, sentence: str) -> bool:
    """Whether a sentence says what the pattern finds."""
    return re.search(pattern, plain(sentence), re.IGNORECASE) is not None


IN_OTHER_WORDS = (
    r"\b(stays?|keeps?|rests?|at rest|leaves?|leave|left|gone|instead|alone|wrong|differ|fails?|short of|apart|within"
    r"|too|few|little|open|however|away|stops|turns|refuses|another)\b|something else"
)
"""English words that Chinese says with a "not"."""


def numbers(sentence: str) -> Counter[str]:
    """The numbers that stand in a sentence in digits, and how often."""
    return Counter(re.findall(r"\d+(?:\.\d+)?(?!-D)", re.sub(r"\{\w*\}", "", sentence)))


def pairs() -> list[tuple[str, str, str]]:
    """Each key with its English and its Chinese sentence."""
    return [(key, english, sentences("zh")[key]) for key, english in sentences("en").items()]


@pytest.mark.parametrize("claim", SAME)
def test_both_languages_claim_it_or_neither(claim: str) -> None:
    english, chinese = SAME[claim]
    assert [key for key, en, zh in pairs() if has(english, en) != has(chinese, zh)] == []


@pytest.mark.parametrize("claim", CLAIMED)
def test_chinese_claims_it_where_english_does(claim: str) -> None:
    english, chinese = CLAIMED[claim]
    silent = {key for key, en, zh in pairs() if has(english, en) and not has(chinese, zh)}
    assert silent == OTHERWISE.get(claim, set())


def test_the_numbers_in_a_sentence_are_the_same() -> None:
    """Chinese may write the digit for a word (ones, once, zeros), and repeat a number instead of a pronoun."""
    words = {"1": r"\bones?\b|\bonce\b", "0": r"\bzeros?\b|\bhold anything\b"}
    for key, en, zh in pairs():
        assert numbers(en) <= numbers(zh), key
        assert all(has(words.get(number, "(?!)"), en) for number in numbers(zh).keys() - numbers(en).keys()), key


def test_chinese_denies_nothing_that_english_does_not_deny() -> None:
    denied = re.compile("不(?!过|断|同|止)|没|无(?!穷)|非|未")
    assert [
        key for key, en, zh in pairs() if denied.search(plain(zh)) and not has(NOT, en) and not has(IN_OTHER_WORDS, en)
    ] == []
