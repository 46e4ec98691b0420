"""How often a property is tried whose examples are whole pages, sets or documents, which take longest to make."""

from hypothesis import settings

# A page is made of dozens of parts, so that forty hold each of them, and its neighbours, many times over; each run
# takes the same ones, and more would find nothing that a run before has not. The profile "explore" takes more.
SOME = settings(max_examples=settings().max_examples * 2 // 5, deadline=None)
