"""From predictions to score rows: an edit is opened, measured by gauges, and its rows kept on a sheet."""
