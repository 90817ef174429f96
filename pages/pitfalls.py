"""What stands in the frame at `/pitfalls`."""

from playground.pitfalls.page import page

page()
