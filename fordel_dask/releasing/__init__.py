"""What leaves: tables behind disclosure control, held against all earlier releases, and checked by two persons."""
