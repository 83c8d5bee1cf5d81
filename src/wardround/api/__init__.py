"""The hospital's data for programs: entries, figures, FHIR; the same rules as the pages."""
