"""The way in at national size: what comes before a run."""
