"""The settings file that `annotate init` writes: every key, with what it means."""

TEMPLATE = """\
# Settings of an annotation project; paths are relative to this file.
# Every key is optional: what is commented out shows the default.

[corpus]
# Articles: files (.txt, .jsonl, .csv, .parquet), folders or globs.
sources = ["articles/*.jsonl"]
# Your own cleaning rules (default: the ones that ship with annotate).
# cleaning = "cleaning.yaml"

[ontology]
# Your own entity types, event types, attributes and roles; check it with: annotate ontology check
# path = "ontology.yaml"

[preannotate]
# Your own names and words, beside those that ship with annotate: folders or files. A file has the
# name and sections of the one that it adds to (places.yaml, triggers.yaml ...; see the README).
# lexicons = ["lexicon"]
# Where `annotate learn` keeps what it learns from annotations, and which of it is in use.
# learned = "learned"
# Leave out what is expected to be right less often (or --min-precision; default: with what was
# learned 0.5, else nothing is left out).
# min_precision = 0.8

[server]
# Leave url out to use the embedded Label Studio (annotate server start).
# url = "https://labels.example.org"     # or the variable LABEL_STUDIO_URL
# token_file = "token.txt"               # mode 0600; or the variable LABEL_STUDIO_API_KEY
# allow_http = false                     # http:// on another machine: others can read the token
# port = 8080                            # of the embedded server
# database = "postgresql://labels@127.0.0.1:5432/labels"   # its data, in place of SQLite

[project]
title = "Arabic news"
# Who annotates: e-mail addresses, which are their logins.
# annotators = ["anna@example.org", "omar@example.org"]
# A longer article becomes several tasks, cut between paragraphs.
# max_words = 350
# A project for each annotator, so that nobody meets another's work.
# blind = false

# Which articles become test data, which are annotated twice, and which without pre-labels (blank):
# drawn by chance for each story, from the seed, and fixed by the first push of a project. Alone?
# Leave this section out: then every article is for one annotator, pre-labelled, and none is test.
[sampling]
seed = 1                    # another number draws other articles
test_share = 0.1            # of the stories: test data, always blank and for two annotators or more
validation_share = 0.1      # of the stories: validation data
overlap_share = 0.2         # of the stories that are not test: for several annotators ...
overlap = 2                 # ... so many; the others are for one
blank_share = 0.5           # of that overlap: blank, to see how far pre-labels bias people

[dataset]
name = "arabic-news"
# folder = "exports"
# Who may use what: an SPDX identifier or a sentence, shown in the dataset's card.
# text_licence = "The rights stay with their outlets."
# annotation_licence = "No licence is given."
# published = 2026-11-22      # the day in the metadata (default: of the last annotation)
# The least that training and validation data take: adjudicated, agreed (by k annotators), or single
# (one annotator's work). Test takes adjudicated articles only.
# policy = "single"
# k = 2

# Articles (by doc_id) that belong to a certain split, and their stories with them; all others go
# where they were before, else where [sampling] draws them, else to train.
[dataset.splits]
# "4edc5058554e18b8" = "test"
"""
