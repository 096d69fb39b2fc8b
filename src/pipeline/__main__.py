"""`python -m pipeline` is `parcours`."""

import sys

from pipeline.cli import main

sys.exit(main())
