"""Which tests hold the program to which rules R1–R54, read from their marks.

``python -m tests.lib.marked_rules`` writes it to ``fordel_dask/law/rule_tests.toml``, which ``fordel sources --rules``
prints.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "fordel_dask" / "law" / "rule_tests.toml"
HEAD = "# Made from the marks of the tests: python -m tests.lib.marked_rules\n"


def marked_rules() -> dict[str, list[str]]:
    """Give the tests that are marked with each rule, by number of the rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, rules in _marks(ast.parse(path.read_text("utf-8"))):
            for rule in rules:
                found[rule].append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return {rule: found[rule] for rule in sorted(found, key=lambda rule: int(rule.removeprefix("R")))}


def _marks(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    everywhere = [rule for node in module.body if _assigns_marks(node) for rule in _rules_in(node)]
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            own = [rule for decorator in node.decorator_list for rule in _rules_in(decorator)]
            yield node.name, list(dict.fromkeys([*everywhere, *own]))


def _assigns_marks(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)


def _rules_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rule":
            yield from (ast.literal_eval(argument) for argument in call.args)


def as_text(marked: dict[str, list[str]]) -> str:
    """Give the file as it should be."""
    lists = {rule: "".join(f'    "{test}",\n' for test in tests) for rule, tests in marked.items()}
    return HEAD + "".join(f"{rule} = [\n{tests}]\n" for rule, tests in lists.items())


if __name__ == "__main__":
    FILE.write_text(as_text(marked_rules()), "utf-8")
