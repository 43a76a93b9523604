"""What happens when nations and clusters grow."""
