"""What stands in the frame at `/scalar`."""

from playground.scalar.page import page

page()
