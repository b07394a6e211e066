"""What a check says, as text alone: what is shown, kept in files, and sent from one process to another."""

from dataclasses import dataclass

from minnet.exercises.diagnosis import Failure, Report
from minnet.exercises.exercise import Exercise
from minnet.exercises.text import called

STATES = "solved", "wrong", "to do", "stopped", "broken", "missing"


@dataclass(frozen=True)
class Summary:
    """The result of a check.

    Attributes
    ----------
    exercise : str
    state : str
        "solved", "wrong", "to do" (a function is not written yet), "stopped" (by a limit, or ended by itself), "broken"
        (the file cannot be run), "missing" (there is no file).
    passed, total : int
        Right cases, and cases.
    seed : int
        Of the drawn arguments.
    case : int or None
        Number of the case that went wrong, among those that the seed draws, from 0 on; None if none was called.
    called, what, reason : str
        Its call, what is wrong with it, and the named mistake; empty where there is none.
    hint : int or None
        Number of the hint that helps.
    note : str
        What may be said of a solution that is right.
    printed : str
        What the file printed, the first of it.
    doubt : str
        Why a result that is not right may be no fault of the file's: "neighbours" (its time was over, or the machine
        full, while others ran: it is to be run once more alone), "machine" (it could not be run at all), or empty.
    """

    exercise: str
    state: str
    passed: int = 0
    total: int = 0
    seed: int = 0
    case: int | None = None
    called: str = ""
    what: str = ""
    reason: str = ""
    hint: int | None = None
    note: str = ""
    printed: str = ""
    doubt: str = ""

    @property
    def solved(self) -> bool:
        return self.state == "solved"

    @property
    def attempted(self) -> bool:
        """Whether anything is written."""
        return self.state not in ("to do", "missing") or self.passed > 0

    @classmethod
    def of_machine(cls, exercise: str, seed: int, lack: str) -> "Summary":
        """That of a file that could not be run for want of something."""
        return cls(exercise, "stopped", seed=seed, what=f"this machine could not run it: {lack}", doubt="machine")

    @classmethod
    def of(cls, report: Report, case: int | None) -> "Summary":
        """That of a report, with the number of the case that failed."""
        failure = report.failure
        name, counts = report.exercise.name, (report.passed, report.total, report.seed)
        if failure is None:
            return cls(name, "solved", *counts, note=report.note)
        state = "to do" if report.to_do else "wrong"
        return cls(name, state, *counts, case, called(failure), failure.what, failure.reason, failure.hint)

    def report(self, exercise: Exercise) -> Report:
        """The report that it is made of, of cases drawn anew."""
        failure = None
        if self.case is not None:
            case = exercise.cases(self.seed)[self.case]
            failure = Failure(case, self.what, self.reason, self.hint, self.state == "to do")
        return Report(exercise, self.passed, self.total, failure, self.seed, self.attempted, self.note, self.printed)
