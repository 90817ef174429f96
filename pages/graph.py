"""What stands in the frame at `/`."""

from playground.graph.page import page

page()
