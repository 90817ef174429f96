"""The QR code of an address, and what is said of it."""

import segno

from playground.web.share import CROWDED, code, is_address

PUBLIC = "https://autodiff.example/?f=y%20%3D%20x%5E2%20%2B%201&at.x=3"


def test_the_code_is_of_exactly_this_address() -> None:
    told = code(PUBLIC, "en")
    assert told["picture"] == segno.make(PUBLIC, error="l", micro=False).svg_data_uri(border=4, light="#fff")
    assert told["note"] == ""


def test_an_address_of_this_computer_is_called_so() -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", "0.0.0.0"):
        assert "this computer only" in code(f"http://{host}:8501/?at.x=3", "en")["note"]


def test_a_dense_code_is_called_so() -> None:
    crowded = PUBLIC + "&f=" + "%2Bx" * 200
    assert segno.make(crowded, error="l").symbol_size(border=0)[0] >= CROWDED
    assert "dense" in code(crowded, "en")["note"]


def test_what_no_code_holds_is_still_an_address() -> None:
    told = code(PUBLIC + "&f=" + "x" * 5000, "en")
    assert "picture" not in told
    assert "too long" in told["note"]


def test_a_text_that_is_no_address_gets_no_code() -> None:
    assert is_address(PUBLIC)
    wrong = (
        "",
        "http://[",
        "javascript:alert(1)",
        "http://a/\u0000",
        "http://a/\ud800",
        "http://" + "a" * 500_000 + "é",
    )
    for text in (None, 5, *wrong, "http://a/é"):
        assert not is_address(text)
