"""Charts of a whole data set."""
