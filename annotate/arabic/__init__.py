"""Arabic script: the search form with its offset map, words, sentences and clitics."""
