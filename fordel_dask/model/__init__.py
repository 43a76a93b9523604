"""All parameters of a run, resolved and frozen, and the terms they make."""

from typing import TYPE_CHECKING, Any

from fordel_dask.model.model import Model
from fordel_dask.model.scenario import load_model

if TYPE_CHECKING:
    from fordel_dask.model.design import Design, Term
    from fordel_dask.model.terms import design_of

__all__ = ["Design", "Model", "Term", "design_of", "load_model"]


def __getattr__(name: str) -> Any:
    """Give what needs NumPy when it is asked for: scenarios are listed and explained without (0.1 s less)."""
    if name in ("Design", "Term", "design_of"):
        from fordel_dask.model import terms

        return getattr(terms, name)
    raise AttributeError(f"module {__name__} has no attribute {name}")
