"""Denmark's national distribution model for general practice: registers in, capacities out."""

__version__ = "0.3.0"
