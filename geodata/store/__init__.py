"""Facts in PostGIS: the only package that speaks SQL.

Facts are versioned twice: when they were true, and when the bureau knew them. A correction is a
new row; nothing known once is ever changed or deleted (a trigger sees to it).
"""
