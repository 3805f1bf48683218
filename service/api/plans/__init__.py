"""Private plans in the API; `service/api/plan/`, beside it, compiles queries."""
