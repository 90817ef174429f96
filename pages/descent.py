"""What stands in the frame at `/descent`."""

from playground.descent.page import page

page()
