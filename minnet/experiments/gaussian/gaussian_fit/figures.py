"""Table and figures of `gaussian-fit`."""

from typing import TYPE_CHECKING, Any

from minnet import plotting
from minnet.experiments.gaussian.gaussian_fit.result import FIGURES, PUBLISHED, Config, FitResult, Result
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(result: Result) -> Table:
    """The document's numbers beside ours."""
    rows = []
    for fitted in result.fits:
        errors = result.errors(fitted)
        rows.append(
            (
                ", ".join(map(str, fitted.figures)) or "-",
                "-".join(map(str, fitted.fit.hidden)),
                str(fitted.fit.batch_size),
                str(fitted.fit.epochs),
                _published("parameters", fitted.fit.hidden),
                f"{fitted.n_parameters:,}",
                _published("seconds", fitted.fit) if result.config.points == Config.points else "-",
                two_digits(fitted.seconds),
                f"{errors['max_error']:.2e}",
                f"{errors['mean_squared_difference']:.2e}",
            )
        )
    headers = (
        "figures",
        "hidden",
        "batch",
        "epochs",
        "parameters (published)",
        "parameters",
        "seconds (published)",
        "seconds",
        "max error",
        "mean squared difference",
    )
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """Parameters of the network that most figures show, and the seconds of figures 12 to 14."""
    hidden, as_published = FIGURES[2].hidden, result.config.points == Config.points
    parameters = {fitted.fit.hidden: f"{fitted.n_parameters:,}" for fitted in result.fits}
    seconds = {fitted.fit: two_digits(fitted.seconds) for fitted in result.fits if as_published}
    return [
        Beside("parameters, 200-200 units, figure 2", _published("parameters", hidden), parameters.get(hidden, "-")),
        *(
            Beside(f"seconds of training, figure {n}", _published("seconds", FIGURES[n]), seconds.get(FIGURES[n], "-"))
            for n in (12, 13, 14)
        ),
    ]


def figures(result: Result) -> list[Drawing]:
    """Each of the document's figures: the fit over the target, and the error below it on its own scale."""
    drawings = []
    for fitted in result.fits:
        errors = result.errors(fitted)
        worst = f"{errors['max_error']:.1e} at x = {errors['max_error_at_x']:.2f}"
        caption = f"{fitted.fit} ({fitted.n_parameters:,} parameters): largest error {worst}"
        for number in fitted.figures:
            title = f"Figure {number}: {fitted.fit}"
            drawings.append(
                Drawing(f"figure-{number:02d}", f"Figure {number}. {caption}.", _draw(result, fitted, title))
            )
        if not fitted.figures:
            drawings.append(Drawing("fit", f"{caption}.", _draw(result, fitted, str(fitted.fit))))
    return sorted(drawings, key=lambda drawing: drawing.name)


def _draw(result: Result, fitted: FitResult, title: str) -> "Figure":
    import matplotlib.pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    plotting.plot_fit(result.x, result.target, fitted.prediction, ax=above)
    plotting.plot_error(result.x, result.target, fitted.prediction, ax=below)
    above.set(title=title, xlabel="", ylabel="density")
    return figure


def _published(what: str, key: Any) -> str:
    value = PUBLISHED[what].get(key)
    return "-" if value is None else f"{value:,}"
