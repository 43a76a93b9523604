"""What leaves: disclosure control of a whole release at national size."""
