"""The rules of daily work, as functions of values: records, duties, cases, inspections, rights."""
