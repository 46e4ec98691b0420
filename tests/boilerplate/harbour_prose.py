"""Sentences of an article, long enough to be its body."""

SENTENCES = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting, and"
    " the islanders, who had asked for it in spring, were glad to hear that the night boat stays as well.",
    "Nobody on the quay had expected the lamp to burn again, least of all the two brothers who had mended it in winter"
    " with a rope, a bucket and the patience that everybody on the islands is known for.",
    "The board will meet again in October, when the keeper of the lamp hands in his report on the costs of the pier,"
    " the rope and the two new boats that the town has ordered from a yard in the south.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
