"""Who may see what, said a second time: from plain tuples and in words of its own; it imports nothing of the portal."""

from collections import namedtuple

READS = {"see", "download", "export"}
COLLECTS = READS | {"comment", "links", "approve", "import", "book", "audit"}
ROLES = {"owner": COLLECTS | {"staff", "settings"}, "collector": COLLECTS, "reader": READS, "analyst": READS}
LINK = {"see", "download", "pay", "comment"}

Person = namedtuple("Person", "id operator welcome")
Link = namedtuple("Link", "id issuer customer version open")
Grant = namedtuple("Grant", "user issuer customer role rights link confirmed ended")
Document = namedtuple("Document", "id issuer customer state")
Payment = namedtuple("Payment", "id issuer customer waits")
Who = namedtuple("Who", "kind id version alive")  # a session: of a link's version, or of a person


class Oracle:
    def __init__(self, people, links, grants, documents, customers):
        self.people, self.links = {one.id: one for one in people}, {one.id: one for one in links}
        self.grants, self.documents, self.customers = grants, documents, customers  # customer -> its issuer

    def enters(self, who):
        if who.kind == "link":
            link = self.links[who.id]
            return who.alive and link.open and link.version == who.version
        return who.alive and self.people[who.id].welcome

    def held(self, who):
        """(issuer, customer or None, rights) of all that stands now."""
        if not self.enters(who):
            return []
        if who.kind == "link":
            return [(self.links[who.id].issuer, self.links[who.id].customer, LINK)]
        mine = [one for one in self.grants if one.user == who.id and not one.ended]
        mine = [one for one in mine if one.link is None or one.confirmed or self.links[one.link].open]
        return [(one.issuer, one.customer, ROLES.get(one.role, set(one.rights) | {"see"})) for one in mine]

    def rules(self, who):
        return who.kind == "person" and self.enters(who) and self.people[who.id].operator

    def may(self, who, right, issuer, customer=None, narrow=None):
        """`customer` None: for all of the issuer's. `narrow`: (issuer, customer or None) that the visitor asked for."""
        if customer is not None and self.customers.get(customer) != issuer:
            return False
        if self.rules(who):
            return True
        if narrow is not None and (narrow[0] != issuer or narrow[1] not in (None, customer)):
            return False
        return any(i == issuer and c in (None, customer) and right in rights for i, c, rights in self.held(who))
