"""What can be wrong with the outlines of parcels, one file per family of faults."""
