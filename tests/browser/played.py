"""Two players on a page of their own, over two graphs: `?hostile` with the worst texts."""

import streamlit as st

from playground.app.routes import routes
from playground.drawing.dot import to_dot
from playground.drawing.graph_film import graph_film
from playground.web.graph_style import graph_style
from playground.web.player import player
from playground.web.style import frame_style
from tests.drawing.cases import CASES, hostile_graph


def graphs() -> None:
    """A graph with the address's step, and one that has none."""
    for key, case, parameter in (("graph", "polynomial", "step"), ("graph-derivative", "shared", None)):
        graph, backward, local = hostile_graph() if "hostile" in st.query_params else CASES[case].drawn()
        with st.container(key=key):
            st.graphviz_chart(to_dot(graph, backward))
        player(graph_film(graph, backward, local), key, parameter)


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    st.html(frame_style())
    st.html(graph_style())
    st.text_input("Word", key="word", bind="query-params")
    graphs()
else:
    app = st.App(__file__, routes=routes())
