"""A class's folders graded: settings, submissions, running, results as tables, pages and other programs' files."""
