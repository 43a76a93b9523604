"""The corridor of the fee commands: files read, tables and services handed to ``fees``, results written and told."""
