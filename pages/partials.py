"""What stands in the frame at `/partials`."""

from playground.partials.page import page

page()
