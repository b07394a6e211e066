"""How good are derivatives of fits by finite differences, and why has a ReLU network no second one to offer?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 4 (figures 42 to 50), differentiates the
normal density and its fits by two formulas: (1) $(f(x + h) - f(x)) / h$, called three-point there but a first-order
forward difference, and (2) $(f(x + h) + f(x - h) - 2 f(x)) / h^2$.

Found:

- With h = 0.001 (the text gives none), (1) is off by 2e-4 on the density itself and (2) by 1e-7, as Taylor's series
  says; their best steps are those of theory, too.
- On the fits, (2) is off by 24 to 102 where the second derivative is at most 0.4. Single precision is not to blame: the
  same weights in float64 give the same errors, and rounding adds 0.04 to 0.12 (rms).
- A network of ReLU is a broken line: its second derivative is 0 but at 56 to 792 kinks, where there is none, and (2)
  makes of each a spike as high as the jump of the slope over h.
- With 300 units there are more and smaller jumps than with 200, so that the document's slight improvement was not luck
  (25 of 25 pairs of seeds), but the error only fell by a tenth.
- What helps is a step over many kinks: with h = 0.25 or 0.5 the error of (2) is 0.008 to 0.02 (rms).
- 30 tanh units, fitted by variable projection, have derivatives by jets, without any step: off by 3e-12 in the first
  and 1e-10 in the second.
"""

from minnet.experiments.gaussian.derivatives.figures import beside, figures, table
from minnet.experiments.gaussian.derivatives.result import PUBLISHED, Config, Result
from minnet.experiments.gaussian.derivatives.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
