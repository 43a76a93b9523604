"""How far our pass is from what decoding, memory and the least of work would take."""
