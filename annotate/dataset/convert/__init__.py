"""Dataset versions in other formats, one module each; what a format lacks is counted."""
