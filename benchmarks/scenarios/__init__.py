"""Every variant of the consultation on one store, beside a whole run for each."""
