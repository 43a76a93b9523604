"""What was done to the program, how often, and what came of it."""
