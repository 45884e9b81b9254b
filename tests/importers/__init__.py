"""The importers' tests."""
