"""The main job on an invented nation of national size, held against its goals."""
