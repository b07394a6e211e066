"""Generated series against real ones: all measures, and a verdict."""

from collections.abc import Sequence

import numpy as np

from minnet.checks import as_generator
from minnet.errors import SettingError, ShapeError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.numerics.generation import measurements
from minnet.numerics.generation.comparison import Comparison
from minnet.numerics.generation.diversity import Diversity, diversity
from minnet.numerics.generation.fingerprint import NEGLIGIBLE
from minnet.numerics.generation.flow import Flow, Scaled, check_seam
from minnet.numerics.generation.prediction import Neighbours
from minnet.numerics.generation.series import FARTHEST, checked, decorrelation, in_units_of, spread
from minnet.numerics.generation.verdict import Finding, Judge
from minnet.progress import tqdm
from minnet.types import Array

OWNER = "compare_series"
Rng = int | np.random.Generator | None
STILL = 1e-9  # standard deviations of the reference: series that move less are constant
SMALL = 0.03  # standard deviations of the reference: smaller motion is not looked at any closer
ALIKE = 0.7  # of the diversity of real series: with less, series collapse
MOSTLY = 0.9  # part of the series: if as many are copies, nothing else is looked for
UNFIT = 0.1  # standard deviations: a flow with larger residuals does not fit the reference


@explained("compare_series(generated, reference)")
def compare_series(
    generated: Array, reference: Array, flow: Flow | None = None, train: Array | None = None, *, dt: float = 1.0,
    seam: int | Array | None = None, dwell: int | None = None, variables: Sequence[str] | None = None, rng: Rng = 0,
    progress: bool = False,
) -> Comparison:  # fmt: skip
    """Measure how good generated series are, and say in words what is wrong with them.

    All series are divided by the reference's standard deviations, variable by variable; "std" is one of them. Errors
    are standard errors, from drawing series again with replacement (stretches of them, where there are fewer than 24).
    The ceiling is what halves of the reference have against each other; as they are smaller sets, distances there are
    larger by a root of two than real series would have. The floor is what phase-randomised surrogates of it have. The
    measures, each a number for all, or one for each variable (v):

    - ``ks`` (v): Kolmogorov-Smirnov distance, the largest difference of distribution functions of all samples;
      ``wasserstein`` (v): W1, the mean way that values have to be moved, in std.
    - ``dwell``: KS distance of the times between changes of sign of one variable about the reference's mean, of that
      which changes least often.
    - ``spectrum`` (v): mean absolute difference in dB of power spectra (Welch, Hann windows of a quarter of a series),
      over frequencies where the reference has more than 1/1000 of its largest power.
    - ``autocorrelation`` (v): root mean square difference, over lags from 1 to five decorrelation times (the first lag
      with an autocorrelation below 1/e, mean over variables).
    - ``prediction``: median error of predicting one sample ahead, by a local linear map fitted to the nearest states of
      the other half of the reference; states are samples, or delay vectors where these predict better.
    - with `flow`: ``flow``, ``flow_90``: median and 90 % quantile of ``|x_{n+1} - Phi(x_n)|``, the Euclidean norm of
      differences in std; ``flow_ten``: median of ``|x_{n+10} - Phi^10(x_n)|``; with `seam` too: ``flow_inside``,
      ``flow_seam`` and ``seam_ratio``, of medians.
    - ``diversity``: mean root mean square distance of pairs of series, sample by sample, over that of the reference: 1
      when as diverse, 0 when all are one; ``different``: number of series, those counting once that repeat each other;
      ``nearest_generated``: median distance of windows (20 decorrelation times, or half a series) from the nearest one
      of any other series at any shift, over that of the reference.
    - with `train`: ``nearest_train``: the same from windows of the training set, over what the reference's have;
      ``copied``: the part of windows that are nearer than chance ever brings them, by the reference's.
    - ``dimension``: correlation dimension of states (Grassberger, Procaccia; `correlation_dimension`); its error is
      that of one set.
    - ``eckmann``, ``rosenstein`` (v): ratios of mean largest exponents of single coordinates, generated over reference,
      of ten series each (`eckmann` with 10 and 4 dimensions and stride 1; `rosenstein` over 0.2 to 0.7 of the rise of
      the logarithm). Surrogates have positive exponents too: what is between their ratio and 1 counts.

    The verdict first tests whether the sets can be told apart at all: a permutation test of the largest of many
    statistics, which calls real series spoilt once in a thousand times; and whether some series are unlike any of the
    reference, which means would hide. If the sets differ, they are likened with noisy and reversed real series and with
    their own surrogates; see `minnet.numerics.generation.verdict`.

    What is expensive is done on a part: the flow on 40 000 states of each set (ten steps: 4 000), neighbours on 12 000
    of 20 000, the test on 400 stretches, windows and repeated series on 300 series (all of `train`), exponents on ten.

    Parameters
    ----------
    generated, reference : arrays (series, sample, variable), or (series, sample)
        In physical units; as many variables, but not series or samples. The reference is best series that no
        generator has seen.
    flow : callable, optional
        Takes states (n, d), returns those one sampling interval later; `flow_map` makes one of a system of
        `minnet.dynamics`, a map's is the map. Without it everything else is judged all the same.
    train : array (series, sample, variable), optional
        What the generator was trained on; copies are looked for in it (in the reference, if there is none).
    dt : float
        Time between samples; ratios do not depend on it.
    seam : int or array of int, optional
        Where series are put together: a period (a picture's row), or the numbers of first samples after seams.
    dwell : int, optional
        Which variable's dwell times; that which changes its side of the mean least often when not given.
    variables : sequence of str, optional
        Names for the table.
    rng : int, numpy.random.Generator or None
        Which parts, and which draws; the same seed gives the same numbers.
    progress : bool
        Show a bar after two seconds.

    Returns
    -------
    Comparison
        ``print`` it for a table; `Comparison.verdict` in words, `Comparison.findings` for programs.

    Raises
    ------
    ShapeError
        Sets do not have as many variables, or are not series; or the flow returns something else than states.
    DataError
        Values are not finite, series shorter than 16 samples, a variable of the reference is constant, or seams are not
        in the series.
    SettingError, DtypeError
        A setting is out of its range, or of another type.

    Examples
    --------
    >>> from minnet.numerics.generation import flow_map
    >>> from minnet.dynamics import henon, simulate, states_on_attractor
    >>> real = [simulate(henon(), states_on_attractor(henon(), 40, rng=k), dt=1, samples=100) for k in range(2)]
    >>> compare_series(*real, flow=flow_map(henon(), dt=1)).verdict
    'Indistinguishable from the reference (40 series against 40).'
    >>> noise = 0.05 * real[1].std(axis=(0, 1)) * np.random.default_rng(0).standard_normal(real[1].shape)
    >>> compare_series(real[0] + noise, real[1]).findings[0].kind
    'noise'
    """
    x, y = checked(OWNER, generated, "generated"), checked(OWNER, reference, "reference")
    z = None if train is None else checked(OWNER, train, "train")
    names = _names(x, y, z, variables)
    check_range(OWNER, dt=(dt, lambda v: is_number(v) and 0 < v < np.inf, "positive and finite"))
    seams = check_seam(OWNER, seam, x.shape[1])
    if dwell is not None and not (is_whole(dwell) and 0 <= dwell < x.shape[2]):
        raise SettingError(f"{OWNER}: dwell={dwell!r} must be the number of a variable, 0 to {x.shape[2] - 1}")
    mean, std = units = spread(OWNER, y)
    generator = as_generator(rng, OWNER)
    seed = int(generator.integers(2**31))
    generated_z, reference_z = in_units_of(units, x), in_units_of(units, y)
    sets = measurements.Sets(generated_z, reference_z, decorrelation(reference_z), generator)
    if flow is not None and not callable(flow):
        raise SettingError(
            f"{OWNER}: flow must be a function of states; flow_map(system, dt) makes one, not {flow!r:.60}"
        )
    scaled = None if flow is None else Scaled(flow, mean, std)
    measures: measurements.Measures = {}
    with tqdm(total=7, desc=OWNER, disable=not progress, delay=2, leave=False) as bar:

        def done(found: measurements.Measures) -> None:
            measures.update(found)
            bar.update()

        done(measurements.of_values(sets, dwell))
        done(measurements.of_spectra(sets))
        done({} if scaled is None else measurements.of_flow(sets, scaled, seams))
        neighbours = measurements.prepared(sets, seed)
        done(measurements.of_prediction(sets, neighbours))
        source = None if z is None else in_units_of(units, z)
        different = diversity(generated_z, reference_z, source, sets.memory, generator)
        done(measurements.of_diversity(sets, different, z is not None))
        chaos, notes = measurements.of_chaos(sets, neighbours, float(dt), progress)
        done(chaos)
        findings, certain = _findings(sets, neighbours, different, scaled, z is not None, seed)
        findings = _resemblance(sets, measures, findings) + findings + _at_seams(measures, findings)
        bar.update()
    if scaled is not None and measures["flow"].ceiling > UNFIT:
        notes.append(
            f"The flow does not fit the reference itself: its residual there is {measures['flow'].ceiling:.2g} "
            "standard deviations. Is its interval that of the samples, and are variables in its units and order?"
        )
    if escaped := int((np.abs(generated_z) >= FARTHEST).any(axis=(1, 2)).sum()):
        notes.append(
            f"{escaped} of {len(x)} series escape: values further than {FARTHEST:.0e} standard deviations of the "
            "reference from its mean count as that far away."
        )
    if seams is not None and flow is None:
        notes.append("Seams are looked at with a flow only.")
    return Comparison(measures, tuple(findings), certain, tuple(notes), names, x, y)


def _findings(
    sets: measurements.Sets,
    neighbours: Neighbours,
    different: Diversity,
    flow: Scaled | None,
    with_train: bool,
    seed: int,
) -> tuple[list[Finding], bool]:
    """What is wrong, series that repeat each other counting once; and whether a test could tell."""
    z, findings = sets.generated, []
    moving = z.std(axis=1).max(axis=1) > STILL
    if not moving.all():
        words = f"{(~moving).sum()} of {len(z)} series are constant"
        findings.append(Finding("constant", words, float((~moving).sum())))
    if not moving.any():
        return findings, True
    if (size := float(z.std(axis=(0, 1)).max())) < SMALL:
        words = f"hardly move: no standard deviation is more than {size:.2g} of the reference's"
        return [*findings, Finding("different", words)], True
    looked_at = different.looked_at[moving[different.looked_at]]
    distinct = different.distinct[moving[different.distinct]]
    copies, n = different.copies, len(looked_at)
    if copies.found:
        of = "training series" if with_train and not different.of_reference else "the reference's own series"
        words = f"copies of {of}: {copies.series} of {copies.looked_at} series were there before"
        findings.append(Finding("copies", words, copies.series / copies.looked_at))
    if len(distinct) < (n / 2 if copies.found else n):
        words = f"collapse: {_count(len(distinct))} among {n}"
        findings.append(Finding("collapse", words, float(len(distinct))))
    if copies.found and copies.series >= MOSTLY * copies.looked_at:
        return findings, True  # they are real series, or nearly
    whole = len(distinct) == len(z)
    judge = Judge(
        z if whole else z[distinct], sets.reference, memory=sets.memory, flow=flow, seed=seed,
        neighbours=neighbours if whole else None,
    )  # fmt: skip
    return findings + judge.findings(), not judge.few


def _resemblance(sets: measurements.Sets, measures: measurements.Measures, findings: list[Finding]) -> list[Finding]:
    """Whether series that are not the same are too much alike, for how much each of them varies."""
    if "diversity" not in measures or {finding.kind for finding in findings} & {"copies", "collapse", "constant"}:
        return []
    own, real = (np.sqrt(z.var(axis=1).mean()) for z in (sets.generated, sets.reference))
    diversity, error = (float(x * real / own) for x in (measures["diversity"].value, measures["diversity"].error))
    if diversity + 4 * error > ALIKE:
        return []
    words = f"collapse: series differ from each other by only {diversity:.2g} of what real ones do"
    return [Finding("collapse", words)]


def _at_seams(measures: measurements.Measures, findings: list[Finding]) -> list[Finding]:
    """Whether steps across seams are worse than those inside."""
    if "seam_ratio" not in measures or "jumps" in {finding.kind for finding in findings}:
        return []
    ratio, residual = measures["seam_ratio"], measures["flow_seam"].value
    if ratio.value - 4 * ratio.error < 1.05 or residual < NEGLIGIBLE:
        return []
    words = f"jumps at the seams, where the residual of the flow is {float(ratio.value):.3g} times that inside"
    return [Finding("jumps", words, float(ratio.value))]


def _count(n: int) -> str:
    return "one series, repeated," if n == 1 else f"{n} different series"


def _names(x: Array, y: Array, z: Array | None, variables: Sequence[str] | None) -> tuple[str, ...]:
    for name, other in (("reference", y), ("train", z)):
        if other is not None and other.shape[2] != x.shape[2]:
            raise ShapeError(f"{OWNER}: generated has {x.shape[2]} variables, {name} has {other.shape[2]}")
    if variables is not None and not (
        isinstance(variables, str | list | tuple) and all(isinstance(name, str) for name in variables)
    ):
        raise SettingError(f"{OWNER}: variables must be a list of names, not {variables!r}")
    names = tuple(variables) if variables is not None else tuple(f"x{v}" for v in range(x.shape[2]))
    if len(names) != x.shape[2]:
        raise ShapeError(f"{OWNER}: {x.shape[2]} variables need as many names, not {', '.join(names)}")
    return names
