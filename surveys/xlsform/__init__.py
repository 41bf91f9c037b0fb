"""XLSForm, the spreadsheet in which ODK, KoboToolbox and others write forms, in and out.

Sheets are plain rows of text here; files are read and written by the application. What XLSForm has
no word for (role, factor, values of options, shuffling) stands in columns and sheets of our own,
which other programs pass over, so that a form that was written out reads back as it was. What a
form says and a questionnaire cannot is a fault with its sheet, row and column, never left out
in silence.
"""
