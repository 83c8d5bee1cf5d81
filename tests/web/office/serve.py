"""`python -m tests.web.office.serve FOLDER PORT`: the hospital with its past, for a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from wsgiref.simple_server import make_server

import django


def main(data: Path, port: int) -> None:
    """Build the hospital, record and measure its past, and serve it until killed."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ["WARDROUND_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "wardround.settings"
    django.setup()
    from django.core.management import call_command

    from tests.web.daily.serve import _Quiet, _Threaded
    from tests.web.office.past import remember
    from wardround.store.measuring import refresh
    from wardround.wsgi import application

    call_command("migrate", verbosity=0)
    refresh(remember(data))
    server = make_server("127.0.0.1", port, application, _Threaded, _Quiet)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
