"""`python -m annotate` is the same as `annotate`."""

from annotate.cli.main import main

main()
