"""The site: `python -m docs` makes it."""
