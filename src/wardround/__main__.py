"""`python -m wardround`: hands over to the commands."""

import sys

from wardround.cli import main

if __name__ == "__main__":
    sys.exit(main())
