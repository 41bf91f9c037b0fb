"""Media types of the files that people download."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
