"""What stands in the frame at `/second`."""

from playground.second.page import page

page()
