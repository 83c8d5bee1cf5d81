"""Points for departments by declared schemes: values in, points and reasons out."""
