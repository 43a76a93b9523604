"""Rules of variants that an explanation does not tell: it would say what is not so."""

from collections.abc import Mapping
from typing import Any

from fordel_dask.errors import ModelError
from fordel_dask.model.model import NUMBER_RULES

UNTOLD = (
    "population.groups",
    "weights.estimator",
    "capacity.floor_where",
    *NUMBER_RULES,
)
"""What a model may change so that a number follows from weights in another way than sentences say."""

WITHIN_CLINICS = "clinic_fixed_effects"
"""An estimator whose weights are sums of coefficients, as the national model's are."""


def refuse_untold(manifest: Mapping[str, Any]) -> None:
    """Refuse to explain a RUN whose model has rules that explanations do not tell.

    Raises
    ------
    ModelError
        It has such rules: they are named.
    """
    model = manifest["model"]
    changed = [key for key in UNTOLD if key in model["changed"] and not _is_within_clinics(model, key)]
    if changed:
        raise ModelError(
            f"The RUN's model '{model['name']}' changes {', '.join(changed)}, and an explanation would "
            f"tell the national model's rule in its place. 'fordel scenarios STORE' shows what such a model changes; "
            f"parts.csv of the RUN has the parts of every weight."
        )


def _is_within_clinics(model: Mapping[str, Any], key: str) -> bool:
    return bool(model["parameters"][key]["value"] == WITHIN_CLINICS)
