"""`WARDROUND_DATA=FOLDER python -m tests.web.office.serve PORT`: the hospital with its past."""

from __future__ import annotations

import sys
from wsgiref.simple_server import make_server

from tests.web.daily.serve import _Quiet, _Threaded, application, call_command, settings
from tests.web.office.past import remember
from wardround.store.measuring import refresh


def main(port: int) -> None:
    """Build the hospital, record and measure its past, and serve it until killed."""
    call_command("migrate", verbosity=0)
    refresh(remember(settings.DATA))
    make_server("127.0.0.1", port, application, _Threaded, _Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
