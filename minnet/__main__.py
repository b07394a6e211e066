"""``python -m minnet`` is the command ``minnet``."""

from minnet.cli import main

raise SystemExit(main())
