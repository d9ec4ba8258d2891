"""The benchmark: `make bench`. What is timed here is shown, never tested."""
