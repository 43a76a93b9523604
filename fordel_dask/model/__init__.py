"""All parameters of a run, resolved and frozen, and the terms they make."""

from fordel_dask.model.design import Design, Term
from fordel_dask.model.model import Model
from fordel_dask.model.scenario import load_model
from fordel_dask.model.terms import design_of

__all__ = ["Design", "Model", "Term", "design_of", "load_model"]
