"""The entry: a server for `streamlit run playground`, which finds it by its assignment; for each visitor the page."""

import os
from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware

from playground.app.error_log import log_fault
from playground.app.first_paint import FirstPaint
from playground.app.routes import routes
from playground.app.startup import started
from playground.app.static_cache import Assets

# Sessions share the processors: threads that wait for each other cost a small product a thousand times what it takes.
# `torch.set_num_threads` would say so to one thread, and each visit has a new one.
os.environ["OMP_NUM_THREADS"] = "1"

if __name__ == "__main__":
    from playground.engine.turnstile import TURNS

    # The first visitors come while everything is still to be imported, and two threads that import parts of PyTorch at
    # the same time break it for good. What it would import later, where turns are lent, comes along.
    with TURNS.turn():
        import_module("torch._dynamo")
        from playground.app.menu import show

        show()
else:
    app = st.App(
        __file__,
        routes=routes(),
        lifespan=started,
        middleware=[Middleware(Assets), Middleware(FirstPaint)],
        on_script_error=log_fault,
    )
