"""Quality of a delivery: what is wrong with it, counted, before anything is made of it."""
