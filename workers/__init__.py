"""Jobs on Dramatiq: an actor takes an id and calls one use case."""
