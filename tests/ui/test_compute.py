"""What the pages compute is computed for many at once."""

from threading import Thread

import torch

from playground.ui import compute


def test_a_session_computes_on_one_thread() -> None:
    assert compute.Case
    counted: list[int] = []
    session = Thread(target=lambda: counted.append(torch.get_num_threads()))
    session.start()
    session.join()
    assert counted == [1]
