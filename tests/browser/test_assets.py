"""The server sends what a browser loads first compressed, whoever asks for it."""

import gzip
import re
from time import sleep
from urllib.request import ProxyHandler, Request, build_opener

from tests.browser.serving import Server


def fetched(server: Server, path: str, compressed: bool = True) -> tuple[str, bytes]:
    """How a file is encoded, and its bytes."""
    asking = Request(f"{server.url}/{path}", headers={"Accept-Encoding": "gzip"} if compressed else {})
    with build_opener(ProxyHandler({})).open(asking, timeout=90) as answer:
        return answer.headers.get("Content-Encoding", ""), answer.read()


def test_a_script_comes_compressed_once_it_was_asked_for(server: Server) -> None:
    _, page = fetched(server, "", compressed=False)
    found = re.search(rb'src="\./(static/js/index\.[^"]+)"', page)
    assert found
    path = found[1].decode()
    _, plain = fetched(server, path, compressed=False)
    while (answer := fetched(server, path))[0] != "gzip":  # it is compressed once, when somebody has asked for it
        sleep(0.1)
    body = answer[1]
    assert gzip.decompress(body) == plain
    assert len(body) < len(plain) / 2
