"""Label Studio: the embedded server, the labeling interface, push, pull, and the local history."""
