"""Mail that comes in: read from the mailbox, given to its handlers, kept in quarantine where a person must decide."""
