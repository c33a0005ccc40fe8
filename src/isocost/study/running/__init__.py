"""Running a study: models × a ladder, from one file, to samples, verdicts, a result and a report; resumable throughout."""
