"""`python -m playground`: the server, wherever the package lies; its options are those of `streamlit run`."""

import sys
from pathlib import Path

from streamlit.web.cli import main

if __name__ == "__main__":
    main(["run", str(Path(__file__).with_name("streamlit_app.py")), *sys.argv[1:]], prog_name="streamlit")
