"""The entry: a server for `streamlit run playground`, which finds it by its assignment; for each visitor the page."""

import streamlit as st

from playground.ui.serving import started

if __name__ == "__main__":
    from playground.ui.menu import show

    show()
else:
    app = st.App(__file__, lifespan=started)
