"""The QR code of an address, and what is said of it."""

import re

import pytest
import segno

from playground.web import share
from playground.web.share import CROWDED, code, in_network, is_address, own_number

PUBLIC = "https://autodiff.example/?f=y%20%3D%20x%5E2%20%2B%201&at.x=3"


def test_the_code_is_of_exactly_this_address() -> None:
    panel = code(PUBLIC, "en")
    assert panel["picture"] == segno.make(PUBLIC, error="l", micro=False).svg_data_uri(border=4, light="#fff")
    assert panel["note"] == ""


def test_an_address_of_this_computer_is_called_so() -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", "0.0.0.0"):
        assert "this computer only" in code(f"http://{host}:8501/?at.x=3", "en")["note"]


def test_this_computer_has_an_address_in_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "own_number", lambda: "192.168.1.7")
    here = "http://localhost:8501/scalar?f=x&at.x=3"
    there = "http://192.168.1.7:8501/scalar?f=x&at.x=3"
    assert in_network(here, None, "localhost:8501") == there
    assert in_network("http://[::1]:8501/", "0.0.0.0", "[::1]:8501") == "http://192.168.1.7:8501/"
    panel = code(here, "en", there)
    assert there in panel["note"]
    assert panel["picture"] == code(there, "en")["picture"]


def test_nobody_else_is_told_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "own_number", lambda: "192.168.1.7")
    assert in_network(PUBLIC, None, "autodiff.example") == ""
    assert in_network("http://localhost/", None, "autodiff.example") == ""
    assert in_network("http://localhost/", "127.0.0.1", "localhost") == ""
    monkeypatch.setattr(share, "own_number", lambda: "")
    assert in_network("http://localhost/", None, "localhost") == ""


def test_the_own_number_is_one_of_an_address() -> None:
    assert re.fullmatch(r"(\d+\.){3}\d+|", own_number())
    assert not own_number().startswith("127.")


def test_a_dense_code_is_called_so() -> None:
    crowded = PUBLIC + "&f=" + "%2Bx" * 200
    assert segno.make(crowded, error="l").symbol_size(border=0)[0] >= CROWDED
    assert "dense" in code(crowded, "en")["note"]


def test_what_no_code_holds_is_still_an_address() -> None:
    panel = code(PUBLIC + "&f=" + "x" * 5000, "en")
    assert "picture" not in panel
    assert "too long" in panel["note"]


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
