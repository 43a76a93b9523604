"""Nothing on a disk is run, and no library that would run or fetch it is used: a look through the sources (S8)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "fordel_dask").rglob("*.py"))
RUN_WHAT_THEY_READ = {"pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "code", "runpy", "yaml"}
FETCH = {"urllib", "http", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "xmlrpc", "fsspec", "webbrowser"}
PARSE_XML = {"xml", "lxml"}
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
METHODS = {
    *("read_pickle", "to_pickle", "from_uri", "register_extension_type", "ExtensionType", "PyExtensionType"),
    *("S3FileSystem", "GcsFileSystem", "HadoopFileSystem", "AzureFileSystem", "read_csv", "read_sas", "read_excel"),
    *("literal_eval", "os.system", "popen", "create_connection", "allow_pickle"),
}
ONLY_TAKES_APART = "urllib.parse"


def words(tree):
    """Give modules that are imported, functions that are called by their plain names, and names after a point."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names if alias.name != ONLY_TAKES_APART]
            yield from (("import", name.partition(".")[0]) for name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module != ONLY_TAKES_APART:
                yield "import", node.module.partition(".")[0]
            yield from (("name", alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "call", node.func.id
        elif isinstance(node, ast.Attribute):
            yield "name", node.attr
            yield "name", ast.unparse(node)
        elif isinstance(node, ast.keyword) and node.arg:
            yield "name", node.arg


FORBIDDEN = {"import": RUN_WHAT_THEY_READ | FETCH | PARSE_XML, "call": CALLS, "name": METHODS}


def found_in(text):
    return sorted({word for kind, word in words(ast.parse(text)) if word in FORBIDDEN[kind]})


def test_no_source_runs_or_fetches_what_it_reads(evidence):
    found = {str(path.relative_to(ROOT)): found_in(path.read_text("utf-8")) for path in SOURCES}
    assert {path: words_found for path, words_found in found.items() if words_found} == {}
    evidence.note("S8", "a source looked through for pickle, eval, YAML, URLs, extension types", len(SOURCES), "none")


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "import urllib.request",
        "eval(text)",
        "exec(text)",
        "import pandas as pd\npd.read_pickle(path)",
        "numpy.load(path, allow_pickle=True)",
        "pa.register_extension_type(kind)",
        "fs.FileSystem.from_uri(path)",
        "import yaml",
        "pd.read_csv('http://localhost')",
        "os.system('ls')",
    ],
)
def test_the_look_would_find_it(text):
    assert found_in(text)
