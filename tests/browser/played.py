"""Two players on a page of their own, over two graphs: `?hostile` with the worst texts."""

from functools import partial

import streamlit as st

from playground.app.routes import routes
from playground.drawing.dot import to_dot
from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.web.graph_view import Picture, graph_view
from playground.web.player import player
from playground.web.served import SHEET, linked
from tests.drawing.cases import CASES, Seen, hostile_graph


def graphs() -> None:
    """A graph with the address's step, and one that has none."""
    for key, case, parameter in (("graph", "polynomial", "step"), ("graph-derivative", "shared", None)):
        hostile = "hostile" in st.query_params
        drawn = Seen(*(hostile_graph() if hostile else CASES[case].drawn()))
        tell = partial(node_details, drawn.graph, drawn.backward, drawn.local)
        dot = partial(to_dot, drawn.graph, drawn.backward)
        graph_view(Picture((case, hostile), drawn, drawn, tell, dot), key)
        player(graph_film(drawn.graph, drawn.backward, drawn.local), key, parameter)


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    st.html(linked(SHEET))
    st.text_input("Word", key="word", bind="query-params")
    graphs()
else:
    app = st.App(__file__, routes=routes())
