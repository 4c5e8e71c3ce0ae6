"""Charts of what stands in for an SE block: 1×1 convolutions, fits, gains, trainings."""
