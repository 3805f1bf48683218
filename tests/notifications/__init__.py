"""The rules of telling and of mail, by themselves."""
