"""Preflight: is a cluster fit for our work? Every process is asked what it is and sees, and held against this one.

Nothing here reads a row of a person: versions, hashes of sources and manifests, sizes, settings.
"""

from fordel_dask.preflight.inspection import Survey, survey_cluster
from fordel_dask.preflight.judgement import clock_difference, faults_of, refusal, require_same_program

__all__ = ["Survey", "clock_difference", "faults_of", "refusal", "require_same_program", "survey_cluster"]
