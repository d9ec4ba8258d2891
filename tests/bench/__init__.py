"""The benchmarks: `make bench` and `make bench-...`. What is timed here is shown, never tested."""
