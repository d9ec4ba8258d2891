"""Versioned Parquet datasets: schema, rows, atomic publication, and verification."""
