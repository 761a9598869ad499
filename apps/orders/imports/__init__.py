"""Purchasing data from files of another system."""
