"""What more than one view draws, and the text of scripts to copy."""
