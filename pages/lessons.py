"""What stands in the frame at `/lessons`."""

from playground.lessons.page import page

page()
