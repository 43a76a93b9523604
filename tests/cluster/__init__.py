"""A cluster as cluster/README.md sets it up: its own commands, on machines with addresses of their own."""
