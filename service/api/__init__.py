"""The GraphQL API: what stands between the domain and its clients."""
