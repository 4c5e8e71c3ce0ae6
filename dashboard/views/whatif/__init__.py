"""What if: gates set by hand, and the answer before and after."""
