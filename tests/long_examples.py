"""How often a property is tried whose examples take longest to make, and of which a part reaches what all reach."""

from hypothesis import settings

# Forty examples run the same lines of the package as a hundred, save for a few in thousands: counted for each property
# that this is for. Of the other ones, as of pages drawn from all kinds of boxes, the last sixty run lines that the
# first forty do not, so they keep a hundred. The profile "explore" takes more of all.
SOME = settings(max_examples=settings().max_examples * 2 // 5, deadline=None)
