"""What `khaosat` does on the command line, one file for each group of commands."""
