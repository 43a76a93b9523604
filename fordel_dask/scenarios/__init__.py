"""Every variant beside the base: few passes over citizens for many models, and who would win and lose."""
