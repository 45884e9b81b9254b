"""The languages in which a release can be printed, one a file: its fixed words, dates, times of day, zones and states.

A language is added by one file here, with what the others have (`labels.Language` says what), and its row in the tests.
The names of months and weekdays stand in `dates`, which reads texts by them.
"""
