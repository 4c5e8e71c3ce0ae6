"""What each view shows as a script of the library: the text behind "Copy as code"."""
