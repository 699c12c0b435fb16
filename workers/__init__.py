"""Background jobs: an actor takes the id of an outbox row and runs that job's use case."""
