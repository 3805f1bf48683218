"""The query compiler: a validated document becomes one SQL statement whose result is the answer's JSON text.

`fields` declares, beside each GraphQL type, which field is which column or relation: the ordinary resolvers and the
compiled SQL are both made from that. `compiler` turns an operation into a statement, `json_sql` writes JSON in SQL,
`arguments` takes the values out of documents and variables, and `plans` keeps what was compiled. A statement may leave
room for what others give: `gaps` for the viewer's own values, `pieces` for rows of lists that are kept in memory.
"""
