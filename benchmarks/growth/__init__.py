"""How time and memory grow with citizens, rows, partitions and hands, and the slopes of it."""
