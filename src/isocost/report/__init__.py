"""Reports: results as charts and pages."""
