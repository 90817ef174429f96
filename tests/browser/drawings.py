"""A page with one drawing and its details, for the tests of drawings: `?case=` a name, `?hostile` the worst texts."""

import streamlit as st

from playground.drawing.dot import to_dot
from playground.drawing.graph_text import describe, legend
from playground.drawing.node_details import node_details
from playground.web.graph_style import graph_style
from playground.web.node_card import details
from playground.web.style import frame_style
from tests.drawing.cases import CASES, hostile_graph

st.set_page_config(layout="wide")
st.html(frame_style())
st.html(graph_style())
case = CASES[st.selectbox("Case", list(CASES), key="case", bind="query-params")]
x = st.number_input("x", value=3.0, key="x", bind="query-params")
constants = st.toggle("Constants", True)
explained = st.toggle("Details", True)
if "hostile" in st.query_params:
    graph, backward, local = hostile_graph()
else:
    moved = case._replace(values={**case.values, "x": x}) if isinstance(case.values.get("x"), int) else case
    graph, backward, local = moved.drawn()
with st.container(key="graph"):
    st.graphviz_chart(to_dot(graph, backward, constants=constants), alt=describe(graph, backward))
    st.html(legend())
st.markdown("Below the drawing")
if explained:
    details(node_details(graph, backward, local))
