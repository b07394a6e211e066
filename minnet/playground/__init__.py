"""`minnet play`: optimizers that race in the browser, and a dashboard over studies.

Reading order: `racers`, `sampling`, `problems`, `numbers`, `settings` (what a race is), `own_file`, `race` (the race
itself), `moments`, `slices` and `diagram` (what can be seen of it), `worker` (the process that runs it) and `warm`
(what that imports), `presets`; then the page: `shell`, `theme`, `controls`, `lesson`; `race_view`, `network_view`,
`xray_view`, `landscape_view`, `study_view` (with `study_rows`), `announcer`, `browser`, `page`, `export`, `server`,
`command`.

Only the page needs Bokeh (the extra ``playground``).
"""
