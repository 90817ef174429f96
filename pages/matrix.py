"""What stands in the frame at `/matrix`."""

from playground.matrix.page import page

page()
