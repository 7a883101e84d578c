"""What follows from a finding: acts of the procedure with their deadlines, claims, refunds."""
