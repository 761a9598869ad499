"""Rows of any entity in a CSV file: written, checked without a trace, read back, and told about one by one.

`columns` says how a value stands in a cell, `sheets` reads a file, `answers` tries or does its rows, `files` keeps
what somebody sent until it is confirmed.
"""
