"""Compiling kernels ahead: `minnet warm`, for images, classrooms and benchmarks.

`parts` lists what there is to compile, `processes` does it, `command` is what the user sees.
"""
