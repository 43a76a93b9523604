"""``fordel fees``: the fee table read in, shown, and what is paid by it; one file a subcommand."""

import click


@click.group(short_help="The fee table: read in, shown, and what is paid by it.")
def fees() -> None:
    """The fee table of the collective agreement: read in, shown, and what is paid by it."""


_COMMANDS: tuple[click.Command, ...] = ()
"""In the order of the help."""

for _command in _COMMANDS:
    fees.add_command(_command)
