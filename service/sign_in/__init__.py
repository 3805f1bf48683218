"""How somebody proves who they are: by a link in a mail, or by a provider that they have an account with."""
