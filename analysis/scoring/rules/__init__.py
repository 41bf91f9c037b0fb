"""The kinds of rule that turn what a unit achieved into exact points, one subject a file."""
