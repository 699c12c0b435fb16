"""How a person becomes a user of the portal and proves who they are."""
