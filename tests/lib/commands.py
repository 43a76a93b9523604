"""The program's commands as a user calls them, in this process."""

from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.errors import FordelError


def call(*arguments):
    """Call a command and give what became of it."""
    return CliRunner().invoke(cli, [*map(str, arguments)])


def done(*arguments):
    """Call a command that must succeed, and give what it printed."""
    result = call(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*arguments):
    """Call a command that must refuse, and give its exit code and message."""
    result = call(*arguments)
    assert isinstance(result.exception, FordelError), result.output
    return result.exception.exit_code, str(result.exception)
