"""One provider a file, found by its name; `pressctl/provider.py` says what such a file offers."""
