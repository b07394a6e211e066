"""Elementwise formulas, each written once.

A formula is a plain function of numbers. Given NumPy arrays it works on whole arrays; the compiled kernels call
the very same function with one number at a time inside their loops (`kernels/compiled/overloads.py` shows how).
Three habits make both uses agree:

- constants are written as floats (`1.0`, not `1`) and take the dtype of the arguments, as in NumPy (NEP 50);
- a choice is `where`, never `if`, because an array has many answers;
- a formula never combines two hyper-parameters with each other: what depends on them alone is worked out once,
  in float64, by whoever calls it. In float32, `1 - 0.999` has lost four digits before it is used.

`activations` has f, f', f'' and f''' of each activation, `jets` the chain rule that carries derivatives through
any of them, `rules` the optimizers, and `elementary` the few functions that NumPy and a compiled loop call by
different names.
"""
