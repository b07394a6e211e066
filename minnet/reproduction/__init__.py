"""All experiments, side by side in processes: `minnet reproduce`.

Reading order: `schedule` (which may run beside which, and how long all take), `durations` (how long each takes on this
machine), `workers` (processes, each of which runs one experiment after the other), `board` (how far all have come, in
one place), `side_by_side` (the loop that puts them together), `command` (the command line above it).
"""
