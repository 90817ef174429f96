"""Players on a page of their own: `?show=` graphs, two of them, or a figure, which is drawn anew when `lr` changes."""

import plotly.graph_objects as go
import streamlit as st

from playground.drawing.dot import to_dot
from playground.drawing.film import EACH, POINT, TRAIL, Film, Motion
from playground.drawing.steps import graph_film
from playground.ui.look import graph_style
from playground.ui.player import player
from playground.ui.style import frame_style
from tests.drawing.cases import CASES, hostile_graph

STEPS = 200


def graphs() -> None:
    """A graph with the address's step, and one that has none."""
    for key, case, parameter in (("graph", "polynomial", "step"), ("graph-derivative", "shared", None)):
        graph, backward, local = hostile_graph() if "hostile" in st.query_params else CASES[case].drawn()
        with st.container(key=key):
            st.graphviz_chart(to_dot(graph, backward))
        player(graph_film(graph, backward, local), key, parameter)


def figure(lr: float, beats: int) -> None:
    """Gradient descent on x², with everything that moves."""
    xs = [4.0]
    for _ in range(STEPS):
        xs.append(xs[-1] - lr * 2 * xs[-1])
    ys = [x * x for x in xs]
    sides = [[x - 1, x + 1] for x in xs]
    tangents = [[y - 2 * x, y + 2 * x] for x, y in zip(xs, ys, strict=True)]
    curve = [place / 10 for place in range(-50, 51)]
    figure = go.Figure([
        go.Scatter(x=curve, y=[x * x for x in curve], mode="lines"),
        go.Scatter(x=sides[-1], y=tangents[-1], mode="lines"),
        go.Scatter(x=xs[-1:], y=ys[-1:], mode="markers"),
        go.Scatter(x=xs, y=ys, mode="lines+markers"),
    ])  # fmt: skip
    figure.update_xaxes(range=[-5, 5], autorange=False)
    figure.update_yaxes(range=[-1, 25], autorange=False)
    motions = (Motion(1, EACH, sides, tangents), Motion(2, POINT, xs, ys), Motion(3, TRAIL, xs, ys))
    texts = {"x": [f"{x:.4g}" for x in xs]}
    sentences = [[("", f"Step {step}: x is "), ("value", text)] for step, text in enumerate(texts["x"])]
    lit = [("even",) if step % 2 == 0 else ("odd",) for step in range(STEPS + 1)]
    film = Film(sentences, motions=motions, texts=texts, lit=lit, pace=0.02)
    if beats > 1:
        film = Film([[("", f"Beat {beat}")] for beat in range(STEPS * beats + 1)], motions=motions, beats=beats)
    with st.container(key="descent"):
        st.plotly_chart(figure, theme=None, key="figure")
    st.html(
        f'<p>x = <span class="play-x">{texts["x"][-1]}</span> <b class="play-even">e</b> <b class="play-odd">o</b></p>'
    )
    player(film, "descent")


st.set_page_config(layout="wide")
st.html(frame_style())
st.html(graph_style())
if st.query_params.get("show") == "figure":
    figure(st.slider("lr", 0.0, 1.0, 0.02, 0.01, key="lr", bind="query-params"), 4 if st.toggle("Beats") else 1)
else:
    st.text_input("Word", key="word", bind="query-params")
    graphs()
