"""One command a file, found by its name; each reads options, calls one function, shows, and exits."""
