"""`WARDROUND_DATA=FOLDER python -m tests.web.daily.serve PORT`: the small hospital for a browser.

In a process of its own with its own SQLite file: entries refuse to be deleted, so a live
server cannot share the tests' database, which is emptied after each test.
"""

from __future__ import annotations

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardround.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings are known
from django.core.management import call_command  # noqa: E402

from tests.web.daily.town import furnish  # noqa: E402
from wardround.wsgi import application  # noqa: E402


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def main(port: int) -> None:
    """Build the hospital and serve it until killed."""
    call_command("migrate", verbosity=0)
    furnish(settings.DATA)
    make_server("127.0.0.1", port, application, _Threaded, _Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
