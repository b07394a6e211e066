"""Sphinx's settings. Pages load nothing from elsewhere and work from a folder, search included.

`python -m docs` calls Sphinx; the pages that it reads are made by `docs/pages.py`.
"""

import inspect
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.inspect import stringify_signature

import minnet
from docs import public
from minnet.markup import formula_html

project, version, author = "minnet", minnet.__version__, "the authors of minnet"
html_title = f"minnet {version}"
html_theme = "furo"
html_show_copyright = html_copy_source = False
html_static_path = ["site.css"]
html_css_files = ["site.css"]

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_nb"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # they come with their outputs
nb_merge_streams = True
nb_output_stderr = "remove"  # progress, and that kernels are compiled

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # parameters and shapes are in the text
autodoc_inherit_docstrings = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True  # an attribute is described with its class, once
suppress_warnings = ["ref.python"]  # of an argument in backticks that is also a name in several places
default_role = "py:obj"  # what stands between single backticks is a link where it is a public name
html_math_renderer = "mathml"


def write_formula(translator: Any, node: Any) -> None:
    """MathML, which browsers draw by themselves, as in the report."""
    formula = node.astext()
    if isinstance(node, nodes.math_block):
        translator.body.append(f'<div class="math">{formula_html(formula, block=True)}</div>')
    else:
        translator.body.append(formula_html(formula))
    raise nodes.SkipNode


def mark_shapes(app: Sphinx, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """The star in a shape, such as (n, \\*sample), begins no emphasis."""
    lines[:] = ["``".join(_star(part) if i % 2 == 0 else part for i, part in enumerate(line.split("``")))
                for line in lines]  # fmt: skip


def _star(text: str) -> str:
    return re.sub(r"(?<=[ (])\*(?=\w+[,)])", r"\\*", text)


def read_signature(app: Sphinx, what: str, name: str, value: Any, *former: Any) -> tuple[str, str] | None:
    """That of a class as `help` knows it; its ``__new__`` may take anything."""
    if what != "class" or issubclass(value, BaseException):  # which have none
        return None
    return stringify_signature(inspect.signature(value), show_annotation=False, show_return_annotation=False), ""


def skip_requests(app: Sphinx, what: str, name: str, value: Any, skip: bool, options: Any) -> bool | None:
    """Methods that scikit-learn puts into estimators for its metadata routing are explained there."""
    return True if re.fullmatch("set_.*_request", name) else None


def find_in_minnet(app: Sphinx, env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    """A name that is not on the page it is written on may be one of ``minnet``'s."""
    if node.get("reftype") != "obj":
        return None
    target = f"minnet.{node['reftarget'].removeprefix('minnet.').removeprefix('mn.')}"
    return env.get_domain("py").resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, content)


def check_names(app: Sphinx, env: Any) -> None:
    """Every public name has its place in the reference.

    Raises
    ------
    ExtensionError
        Some are missing; Sphinx ends with it.
    """
    missing = {name for names in public.pages().values() for name in names} - set(env.get_domain("py").objects)
    if missing:
        raise ExtensionError(f"the reference lacks {', '.join(sorted(missing))}")


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
    app.connect("autodoc-process-docstring", mark_shapes, priority=400)  # before the sections are read
    app.connect("autodoc-process-signature", read_signature)
    app.connect("autodoc-skip-member", skip_requests)
    app.connect("missing-reference", find_in_minnet)
    app.connect("env-check-consistency", check_names)
