"""The encyclopedia: articles, their authors and their references."""
