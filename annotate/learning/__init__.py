"""Learns from what people did: a tagger, a lexicon, scores; and measures what that is worth."""
