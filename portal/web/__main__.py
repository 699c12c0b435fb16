"""`python -m portal.web`: the web process."""

import sys

from portal.config import Settings
from portal.errors import PortalError
from portal.web.serve import serve

if __name__ == "__main__":
    try:
        serve(Settings.load())
    except PortalError as error:
        sys.exit(str(error.text))
