"""Reading what others deliver: tables, FHIR and HL7, turned into rows of a register.

Decides what a delivered file says and which of its rows can be used; keeping them is the
store's matter.
"""
