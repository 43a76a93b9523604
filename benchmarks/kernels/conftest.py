"""How large the partition is that calls are measured on."""

from benchmarks.kernels.invented import CITIZENS


def pytest_addoption(parser):
    parser.addoption("--citizens", type=int, default=CITIZENS, help="citizens of the partition")
