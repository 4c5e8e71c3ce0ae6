"""Charts of what was changed: gates edited, blocks taken out, pictures perturbed."""
