"""Data frames and series of any library: their numbers, and what their columns are called.

Most give an array when NumPy asks (`__array__`: pandas, polars, pyarrow, xarray). What only speaks Arrow's PyCapsule
protocol (`__arrow_c_stream__`) or the older interchange protocol (`__dataframe__`) is read by pyarrow, where it is
installed: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
"""

from typing import Any, Protocol, runtime_checkable

import numpy as np

from minnet.errors import DtypeError
from minnet.types import Array


@runtime_checkable
class Arraylike(Protocol):
    def __array__(self) -> Array: ...


@runtime_checkable
class Stream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


@runtime_checkable
class Interchange(Protocol):
    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any: ...


def readable(values: Any, name: str) -> Any:
    """`values` as they are; or what NumPy cannot ask for an array, as pyarrow's table or column.

    Raises
    ------
    DtypeError
        It takes pyarrow to read them, and that is not installed.
    """
    if isinstance(values, Arraylike) or not isinstance(values, Stream | Interchange):
        return values
    try:
        import pyarrow
        from pyarrow.interchange import from_dataframe
    except ImportError:
        raise DtypeError(
            f"{name}: pyarrow is needed to read a {type(values).__name__}: pip install pyarrow, or give a NumPy array"
        ) from None
    if not isinstance(values, Stream):
        return from_dataframe(values)
    column = pyarrow.chunked_array(values)
    return pyarrow.Table.from_struct_array(column) if pyarrow.types.is_struct(column.type) else column


def as_array(values: Any, name: str) -> Array:
    """`numpy.asarray`, also of frames (n, i) and series (n,) that do not answer to it; see `readable`.

    Frames lie by columns, along which sums are rounded otherwise: their numbers become an array by rows, as others are.
    """
    if isinstance(values, np.ndarray):
        return np.asarray(values)  # memory maps and the like as they lie
    return np.asarray(readable(values, name), order="C")


def column_names(values: Any) -> list[str] | None:
    """Names of the columns of a data frame, if all are text; None of anything else."""
    for attribute in ("columns", "column_names"):  # the second of pyarrow, whose columns are the columns
        names = getattr(values, attribute, None)
        if isinstance(names, str) or not np.iterable(names):
            continue
        names = list(names)
        if all(isinstance(name, str) for name in names):
            return names
    return None


def name_of(values: Any, otherwise: str) -> str:
    """What a series, or a data frame of one column, is called."""
    columns = column_names(values)
    name: Any = columns[0] if columns and len(columns) == 1 else getattr(values, "name", None)
    return name if isinstance(name, str) and name else otherwise
