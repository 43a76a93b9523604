"""A model again from the values that a manifest holds of it."""

from collections.abc import Mapping

from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.law.parameters import Value, parameters
from fordel_dask.model.forms import typed
from fordel_dask.model.model import Model, model_with


def model_of_values(name: str, values: Mapping[str, object], expected: str) -> Model:
    """Give the model whose parameters have these values; ``expected`` is the hash that it must have.

    Raises
    ------
    ModelError
        This program has other parameters, they may not have these values, or together they are another model.
    """
    faults = Faults()
    for key in sorted(parameters().keys() ^ values.keys()):
        whose = "only this program has" if key in parameters() else "this program does not have"
        faults.add(ModelError(f"The model of the manifest is of another program: {key} is a parameter that {whose}."))
    faults.refuse()
    found: dict[str, Value] = {}
    for key, value in values.items():
        if (one := faults.note(lambda key=key, value=value: typed(key, value), None)) is not None:  # type: ignore[misc]
            found[key] = one
    faults.refuse()
    model = model_with(name, found)
    if model.hash != expected:
        raise ModelError(
            f"The parameters in the manifest make another model ({model.hash[:12]}) than the one it names "
            f"({expected[:12]}): it is of another program. Use the version of fordel_dask that the manifest names."
        )
    return model
