"""What the tests of hostile texts look for is found where it is."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile import ATTACKS, assert_plain_dot, assert_sound

STANDING = "import streamlit as st\nst.html('<h1 class=\"question\">Well?</h1>')\n"


def page(line: str) -> AppTest:
    return AppTest.from_string(STANDING + line).run()


def test_a_page_that_shows_a_text_as_a_text_is_sound() -> None:
    typed = " ".join(ATTACKS)
    assert_sound(page(f"import html; st.html('<p>' + html.escape({typed!r}) + '</p>')"), typed)
    assert_sound(page(f"st.code({typed!r}, language=None)"), typed)


@pytest.mark.parametrize("line", [
    "st.html('<script>1</script>')", "st.html('<p onclick=\"1\">x</p>')", "st.html('<a href=\"javascript:1\">x</a>')",
    "st.html('<a href=\"https://evil.invalid\">x</a>')", "st.html('</p>')", "st.html('<p>x')", "st.html('<!-- x -->')",
    "st.html('<p><span class=\"value\">evil</span></p>')", "st.html('<img src=\"x.png\">')",
    "st.markdown('**evil**')", "st.latex('**evil**')", "st.caption('**evil**')", "st.text_input('**evil**')",
    "1/0",
    "st.plotly_chart({'data': [], 'layout': {}}, config={'x': float('nan')})",
])  # fmt: skip
def test_a_page_that_does_not_is_told_so(line: str) -> None:
    with pytest.raises(AssertionError):
        assert_sound(page(line), "**evil**")


@pytest.mark.parametrize("dot", ['digraph { a [label=x, URL="]; b [label=<<b>x</b>>]; c -> "d', "digraph { evil }"])
def test_a_drawing_that_a_text_breaks_is_seen(dot: str) -> None:
    with pytest.raises(AssertionError):
        assert_plain_dot(dot)


def test_a_page_without_its_question_does_not_stand() -> None:
    with pytest.raises(AssertionError):
        assert_sound(AppTest.from_string("import streamlit as st; st.html('<p>x</p>')").run())
