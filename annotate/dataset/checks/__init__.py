"""What is checked in a dataset version: a module for each kind of rule."""
