"""Everything that can go wrong for a user, each kind with the exit code of the contract.

A message says what was expected, found, where, how many and what to do. It holds
counts, register and column names and codes of tables, never a value of a person.
"""


class FordelError(Exception):
    """The family: the command line prints the message and leaves with ``exit_code``."""

    exit_code = 70
    gathered: tuple["FordelError", ...] = ()
    """The errors that were told together, if this one tells several."""


class UsageError(FordelError):
    """A command was called in a way that cannot be meant."""

    exit_code = 2


class SchemaError(FordelError):
    """A register does not have the columns, types or keys it must have."""

    exit_code = 10


class CoverageError(FordelError):
    """A register, year, municipality or fee table that is needed is not there."""

    exit_code = 11


class UnknownCodeError(FordelError):
    """A code stands in no code list."""

    exit_code = 12


class IntegrityError(FordelError):
    """A file is not what its manifest says, or belongs to another grid or version."""

    exit_code = 13


class DamagedWorkError(IntegrityError):
    """Something that an ingest wrote for itself is not what was written; started again, it makes that anew."""


class ImpossibleValueError(FordelError):
    """A value that cannot be, such as a negative area."""

    exit_code = 14


class ModelError(FordelError):
    """A model or scenario file cannot be understood."""

    exit_code = 20


class LawError(FordelError):
    """No legal value is in force on the day that is asked about."""

    exit_code = 21


class DecisionError(FordelError):
    """A register that regions keep (decisions, capacities, measures) holds what cannot be."""

    exit_code = 22


class PlanError(FordelError):
    """The work would not fit into the memory it may take, or onto the disk."""

    exit_code = 30


class SpaceError(FordelError):
    """No space or no permission where something was to be written."""

    exit_code = 31


class EstimationError(FordelError):
    """The weights cannot be estimated from these citizens."""

    exit_code = 40


class DisclosureError(FordelError):
    """What should leave would tell too much of too few, or was not checked as it must be."""

    exit_code = 50


class InterruptedRunError(FordelError):
    """The run was interrupted or its cluster lost; it can be resumed."""

    exit_code = 60


class ClusterError(FordelError):
    """The cluster was refused before any work was given to it."""

    exit_code = 61


class AccountingError(FordelError):
    """Rows or øre were lost between two stages: a bug of ours."""

    exit_code = 70


class VerificationError(FordelError):
    """``fordel verify`` or ``fordel selftest`` found a difference."""

    exit_code = 71
