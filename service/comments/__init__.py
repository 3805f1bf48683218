"""What people say about skills, requirements and proposals, in threads."""
