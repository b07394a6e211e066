"""Networks in safetensors files: named arrays behind a JSON header, in which nothing can run."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, numpy, safe_open

from minnet import storage
from minnet.errors import FileFormatError, SettingError
from minnet.layers import Layer
from minnet.network import Network
from minnet.network_files import restored

ENTRY = "minnet"  # of the metadata, which holds texts by name


def save(net: Network, path: str | os.PathLike[str]) -> None:
    """See `minnet.interop.save_safetensors`."""
    arrays = {name: np.ascontiguousarray(array) for name, array in net.arrays().items()}
    storage.write_bytes(path, numpy.save(arrays, {ENTRY: storage.header_text("network", net.header())}))


def load(path: str | os.PathLike[str], layers: Sequence[type[Layer]]) -> Network:
    """See `minnet.interop.load_safetensors`."""
    if not isinstance(path, str | os.PathLike):
        raise SettingError(f"load_safetensors needs the path of a file, not {path!r:.60}")
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: there is no such file to read a minnet network from")
    try:
        with safe_open(path, "numpy") as file:
            header = storage.parsed((file.metadata() or {}).get(ENTRY), "network", path)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, TypeError, OSError) as error:  # of a type that NumPy does not have, such as bfloat16
        raise FileFormatError(f"{path} is not a readable safetensors file (truncated or foreign): {error}") from None
    return restored(header, arrays, layers, path)
