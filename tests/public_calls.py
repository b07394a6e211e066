"""Every public name: how it is called with an array of anybody's, or why it takes none."""

from importlib import import_module
from types import ModuleType

import numpy as np

import minnet as mn
from minnet import dynamics, losses
from minnet.numerics import active, chaos, generation, identification, integration
from minnet.solvers import damped_least_squares, levenberg_marquardt

PACKAGES = (
    "minnet", "minnet.dynamics", "minnet.estimators", "minnet.interop", "minnet.losses", "minnet.numerics.active",
    "minnet.numerics.chaos", "minnet.numerics.generation", "minnet.numerics.identification",
    "minnet.numerics.integration", "minnet.plotting", "minnet.solvers", "minnet.study", "minnet.tracing",
    "minnet.training",
)  # fmt: skip

X, Y = np.linspace(-1, 1, 16).reshape(8, 2), np.linspace(-1, 1, 8)[:, np.newaxis] ** 2
LABELS = np.arange(8) % 2
SERIES = np.sin(np.arange(60) / 3)


def net(inputs=2, outputs=1):
    return mn.Network([mn.Dense(inputs, 3), mn.Tanh(), mn.Dense(3, outputs)], rng=0)


def fit(x, y, **settings):
    options = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.01), "epochs": 1, "rng": 0, "progress": False}
    network = net()
    return mn.fit(network, x, y, **options | settings).history, network.theta


def told(points, values):
    learner = active.Learner([(-1, 1), (-1, 1)], model=active.TanhNetwork((3,)), initial=100, rng=0)
    learner.tell(points, values)
    return learner.values


def assigned(name):
    def assign(a):
        network = net()
        setattr(network, name, a)
        return network.theta

    return assign


def with_nan(call):
    """Outputs and losses are NaN where inputs are infinite, and NumPy may say so: to look at each would take too long,
    and take a debugger too far from the arithmetic."""

    def called(a):
        with np.errstate(invalid="ignore", over="ignore"):
            return call(a)

    return called


def of_loss(loss):
    """Value and cotangent, with the array as outputs, as targets, and as both."""
    return {
        f"{type(loss).__name__}: outputs": with_nan(lambda a: loss(a, Y)),
        f"{type(loss).__name__}: targets": with_nan(lambda a: loss(Y, a)),
        f"{type(loss).__name__}: both": with_nan(lambda a: loss(a, a)),
    }


def jacobian(theta):
    return np.ones((3, theta.size))


CALLS = {
    "Network: samples": with_nan(lambda a: net()(a)),
    "Network: jet": with_nan(lambda a: net().jet(a).value),
    "Network: jacobian": with_nan(lambda a: net().jacobian(a)),
    "Network: theta": assigned("theta"),
    "Network: series": lambda a: mn.Network([mn.LSTM(2, 3)], rng=0)(a),
    "Network: pictures": lambda a: mn.Network([mn.Conv2d(2, 1, 2)], input_shape=(3, 2, 2), rng=0)(a),
    "Dense": lambda a: mn.Network([mn.Dense(2, 3, weights=a)], rng=0).theta,
    "Standardize": lambda a: mn.Standardize(a).mean,
    "Rescale": lambda a: mn.Rescale(a, a).settings(),
    "fit: samples": lambda a: fit(a, Y),
    "fit: targets": lambda a: fit(X, a),
    "fit: weights": lambda a: fit(X, Y, sample_weight=a),
    "fit: classes": lambda a: fit(X, a, loss=mn.BinaryCrossEntropy()),
    "fit: solver": lambda a: fit(X, a, optimizer=mn.LevenbergMarquardt()),
    "fit: validation": lambda a: fit(X, Y, validation_data=(a, a)),
    "training_data": lambda a: mn.training_data(net(), mn.MeanSquaredError(), a, a) and None,
    "estimate_statistics": lambda a: mn.estimate_statistics(
        mn.Network([mn.Dense(2, 3), mn.BatchNorm()], rng=0), a, rng=0),
    "trace: samples": lambda a: mn.trace(net(), a, Y, mn.MeanSquaredError()) and None,
    "trace: targets": lambda a: mn.trace(net(), X, a, mn.MeanSquaredError()) and None,
    "generate": lambda a: mn.generate(net(), a, rng=0),
    "Jet": lambda a: mn.Jet(a, a) and None,
    "Mask": lambda a: mn.Mask(a, a) and None,
    "TrainState": lambda a: mn.TrainState(np.ones(3), mn.SGD(0.1)).apply(a),
    "integrate: samples": lambda a: mn.integrate((a, a), (0, 1), units=2, rng=0) and None,
    "integrate: bounds": lambda a: mn.integrate(lambda x: x[:, 0], a, evaluations=20, units=2, rng=0) and None,
    "integrate: function": lambda a: mn.integrate(lambda x: a, (0, 1), evaluations=20, units=2, rng=0) and None,
    "network_integral": lambda a: integration.network_integral(net(), a, a),
    "minus_polylog": lambda a: integration.minus_polylog(2, a),
    "ridge_integral": lambda a: integration.ridge_integral(mn.Tanh(), a, 0.0, a, a),
    "datasets.gaussian": lambda a: mn.datasets.gaussian(a),
    "datasets.inverse_gaussian": lambda a: mn.datasets.inverse_gaussian(a),
    "datasets.hermite_function": lambda a: mn.datasets.hermite_function(2, a),
    "datasets.sine": lambda a: mn.datasets.sine(a),
    "datasets.exp_sine": lambda a: mn.datasets.exp_sine(a),
    "datasets.kinked_ridge": lambda a: mn.datasets.kinked_ridge(a),
    "datasets.sample": lambda a: mn.datasets.sample(lambda x: a, 0, 1, 8),
    "datasets.split": lambda a: mn.datasets.split(a, a, rng=0) and None,
    "datasets.standardize": lambda a: mn.datasets.standardize(a, a),
    **of_loss(mn.MeanSquaredError()), **of_loss(mn.MeanAbsoluteError()), **of_loss(mn.Huber()),
    **of_loss(mn.BinaryCrossEntropy()), **of_loss(mn.CategoricalCrossEntropy()),
    "Sobolev": lambda a: losses.Sobolev()(mn.Jet(Y, Y[np.newaxis]), a),
    "add_noise": lambda a: dynamics.add_noise(a, 0.1, rng=0),
    "simulate": lambda a: dynamics.simulate(dynamics.lorenz(), a, dt=0.01, samples=3),
    "reference_trajectory": lambda a: dynamics.reference_trajectory(dynamics.lorenz(), a, np.arange(3) * 1e-22),
    "Polynomial": lambda a: dynamics.Polynomial(2).evaluate(a),
    "Learner: points": lambda a: told(a, Y[:, 0]),
    "Learner: values": lambda a: told(X, a),
    "Learner: bounds": lambda a: active.Learner(a, rng=0).ask(2),
    "embed": lambda a: chaos.embed(a, 2),
    "mutual_information": lambda a: chaos.mutual_information(a, max_lag=2) and None,
    "false_neighbours": lambda a: chaos.false_neighbours(a, lag=1, max_dimension=2) and None,
    "correlation_dimension": lambda a: chaos.correlation_dimension(a, window=1) and None,
    "rosenstein": lambda a: chaos.rosenstein(a, dt=0.1, dimension=2, window=1, horizon=3) and None,
    "eckmann": lambda a: chaos.eckmann(a, dt=0.1, dimension=2, matrix_dimension=2) and None,
    "largest_exponents": lambda a: chaos.largest_exponents(a, dt=0.1, dimension=2, matrix_dimension=2),
    "kaplan_yorke_dimension": lambda a: chaos.kaplan_yorke_dimension(a),
    "prediction_error": lambda a: chaos.prediction_error(a, dimension=2, window=1),
    "surrogate_test": lambda a: chaos.surrogate_test(a, np.mean, surrogate=chaos.shuffled, count=19, rng=0) and None,
    "shuffled": lambda a: chaos.shuffled(a, rng=0),
    "phase_randomised": lambda a: chaos.phase_randomised(a, rng=0),
    "aaft": lambda a: chaos.aaft(a, rng=0),
    "compare_series": lambda a: generation.compare_series(a, a) and None,
    "shadow": lambda a: generation.shadow(a, lambda x: x) and None,
    "identify: series": lambda a: identification.identify(a, 0.1) and None,
    "identify: times": lambda a: identification.identify(SERIES[:, np.newaxis], a) and None,
    "aicc": lambda a: identification.aicc(20, a, a),
    "bic": lambda a: identification.bic(20, a, a),
    "damped_least_squares": lambda a: damped_least_squares(lambda theta: np.ones(3), jacobian, a, iterations=2).theta,
    "levenberg_marquardt": lambda a: levenberg_marquardt(lambda theta: a, jacobian, np.ones(2), iterations=2).theta,
}  # fmt: skip

SETTINGS = "is made of settings, which are checked one by one"
KINDS = "is an interface, an error, or a warning"
HOLDS = "holds what minnet has computed"
SKLEARN = "is checked by scikit-learn, in its words, as its users expect: test_estimators"
SHOWS = "shows what minnet has computed; test_plotting"
FILES = "reads or writes files: test_spoilt_files"
OTHERS = "takes no array"

WITHOUT = {
    SETTINGS: (
        "ELU GELU GRU LBFGS LSTM SGD AMSGrad Abs AdaDelta AdaGrad Adam AdamW Adversarial AveragePool Averaged "
        "BatchNorm Checkpoint Conv1d Conv2d ConvTranspose1d ConvTranspose2d Dropout EarlyStopping Flatten Identity "
        "LayerNorm LeakyReLU LearningRateRecorder LevenbergMarquardt Lion MaxPool NAdam Penalty RAdam RMSProp ReLU "
        "ReduceOnPlateau Reshape SiLU Sigmoid SimpleRNN Sine SmoothAbs Softmax Softplus SpectralNorm Supervised Tanh "
        "Truncated UpSample VariableProjection use_kernels use_threads mlp henon logistic lorenz lotka_volterra "
        "roessler van_der_pol Functions Library Rational System Disagreement Effort KinkNetwork ModelChange Residual "
        "SpaceFilling TanhNetwork ADMM FISTA ISTA LARS STLSQ Automatic Bagging FiniteDifferences FlowMatching "
        "ForwardDifferences IntegralForm JayaPowell Lasso LeastSquares LocalRegression Loess MultipleShooting "
        "NextState QuinticSpline Regression Ridge SavitzkyGolay WeakForm Damping grid repeat Point use_backend known"
    ),
    KINDS: (
        "Activation Buffered Callback Classification Formula IntegrationWarning LargeCopyWarning Layer Loss Optimizer "
        "ParameterFree Recurrent Rule RuleOptimizer ScaleWarning Step TrainingWarning errors Elementwise Target Model "
        "Strategy Surrogate SumOfSquares Method Measure Solver State Data"
    ),
    HOLDS: (
        "History Integral Pass Run Trace Validated TracedArray TrainingData CorrelationDimension Divergence "
        "FalseNeighbours MutualInformation Spectrum SurrogateTest Comparison Finding Chosen Relation Minimum Problem "
        "Group Row group metric setting"
    ),
    SKLEARN: "NetworkClassifier NetworkRegressor",
    SHOWS: (
        "plotting plot_convergence plot_correlation_sums plot_divergence plot_false_neighbours plot_mutual_information "
        "plot_surrogate_test plot_marginal plot_residuals plot_spectrum plot_path between_classes legend_below "
        "mark_apart plot_decision_boundary plot_error plot_fit plot_history plot_jet plot_loss_landscape plot_network "
        "plot_spread style use_panels whole_numbers"
    ),
    FILES: "load from_keras from_pytorch load_safetensors save_safetensors to_keras to_onnx to_pytorch read Store run",
    OTHERS: (
        "datasets games schedules train divergence_of_twins lyapunov_spectrum flow_map states_on_attractor approximate "
        "stream datasets.blobs datasets.circles datasets.moons datasets.digits"
    ),
}


def public_names():
    """All that users call by name."""
    modules = [import_module(package) for package in PACKAGES]
    names = {name for module in modules for name in module.__all__ if not _is_value(getattr(module, name))}
    data = vars(mn.datasets)
    own = {f"datasets.{name}" for name in data if callable(data[name]) and _is_own(data[name]) and name[0] != "_"}
    return names | own


def _is_value(public):
    """Whether it is a constant: a number, a text, an object made with its settings."""
    return not callable(public) and not isinstance(public, ModuleType)


def _is_own(function):
    return getattr(function, "__module__", "") == mn.datasets.__name__
