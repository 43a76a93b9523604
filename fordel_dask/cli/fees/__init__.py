"""``fordel fees``: the fee table read in, shown, and what is paid by it; one file a subcommand."""

import click

from fordel_dask.cli.fees.differentiate import differentiate
from fordel_dask.cli.fees.importing import import_command
from fordel_dask.cli.fees.income import income
from fordel_dask.cli.fees.price import price
from fordel_dask.cli.fees.show import show


@click.group(short_help="The fee table: read in, shown, and what is paid by it.")
def fees() -> None:
    """The fee table of the collective agreement: read in, shown, and what is paid by it."""


_COMMANDS: tuple[click.Command, ...] = (import_command, show, price, income, differentiate)
"""In the order of the help."""

for _command in _COMMANDS:
    fees.add_command(_command)
