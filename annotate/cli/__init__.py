"""The command line: thin verbs that parse, call the steps, and print. Only here is printed."""
