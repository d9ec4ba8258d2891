"""How far two annotations agree: matching, scores, and the table of annotators."""
