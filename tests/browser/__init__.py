"""What ``fordel report`` writes, looked at in a real browser that has no network."""
