"""`python -m tests.web.daily.serve FOLDER PORT`: the small hospital for a browser.

In a process of its own with its own SQLite file: entries refuse to be deleted, so a live
server cannot share the tests' database, which is emptied after each test.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def main(data: Path, port: int) -> None:
    """Build the hospital and serve it until killed."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ["WARDROUND_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "wardround.settings"
    django.setup()
    from django.core.management import call_command

    from tests.web.daily.town import furnish
    from wardround.wsgi import application

    call_command("migrate", verbosity=0)
    furnish(data)
    server = make_server("127.0.0.1", port, application, _Threaded, _Quiet)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
