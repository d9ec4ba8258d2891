"""Articles: reading them, cleaning them, and the value that everything else works on."""
