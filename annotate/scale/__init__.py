"""Pre-annotation of any number of articles, as shards, on one machine or many."""
