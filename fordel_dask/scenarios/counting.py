"""One pass over citizens for many models: facts are read once, and each model adds up its own sums."""

from dataclasses import dataclass

from fordel_dask.deriving import derive, read_for
from fordel_dask.pass_rules import PassRules, plan_tasks, total
from fordel_dask.passes import CitizenSums, citizen_sums

MODELS_AT_ONCE = 8
"""Models of one pass: their sums (some 20 MB each of a nation) are in memory at once, in every task under way."""

LARGE_AT_ONCE = 2
"""Models with a weight for each disease, or homes smaller than municipalities: nearly every citizen is a stratum."""


@dataclass(frozen=True)
class ModelsTask:
    """One task: its partitions, and the rules of each model."""

    partitions: tuple[int, ...]
    rules: tuple[PassRules, ...]


@dataclass(frozen=True)
class ModelsSums:
    """The sums of each model."""

    sums: tuple[CitizenSums, ...]

    def __add__(self, other: "ModelsSums") -> "ModelsSums":
        return ModelsSums(tuple(one + more for one, more in zip(self.sums, other.sums, strict=True)))


def plan_models(partitions: int, width: int, rules: tuple[PassRules, ...]) -> list[ModelsTask]:
    """Share the partitions among the tasks that each model alone would have."""
    of_models = [plan_tasks(partitions, width, one) for one in rules]
    return [
        ModelsTask(of_one[0].partitions, tuple(task.rules for task in of_one))
        for of_one in zip(*of_models, strict=True)
    ]


def models_pass(task: ModelsTask) -> ModelsSums:
    """Sum the citizens by every model."""
    return total(_of_partition(partition, task.rules) for partition in task.partitions)


def _of_partition(partition: int, rules: tuple[PassRules, ...]) -> ModelsSums:
    facts = read_for(partition, rules)
    return ModelsSums(tuple(citizen_sums(derive(facts, one), one) for one in rules))


def is_large(rules: PassRules) -> bool:
    """Tell whether few citizens of a model are alike."""
    return rules.design.is_wide or rules.homes.places is not None


def pass_key(rules: PassRules) -> tuple[object, ...]:
    """Give all of a model that its sums of citizens depend on: models with equal keys share their sums."""
    model = rules.model
    return (
        model.population,
        model.consumption,
        model.covariates,
        model.weights.exposure,
        model.life_expectancy.level,
        rules.sampled,
        rules.left_out,
        rules.with_errors,
    )
