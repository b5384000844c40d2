"""Taking rosters back: nobody gets two posts by that."""

from __future__ import annotations

from django.utils import timezone

from civicnet.ledger.among import Among
from civicnet.ledger.images import Image
from civicnet_grid.models import Post
from civicnet_grid.models.post import not_over

POST = Post._meta.label_lower


def served_elsewhere(image: Image) -> set[int]:
    """Posts that the rows of an image ended, and whose holder has got another one since, by another act."""
    written = [one for one in image.written if one.model == POST]
    ended = {key for one in written if one.before is not None and "valid_to" in one.fields for key in one.keys}
    if not ended:
        return set()
    # What the same rows began goes before that.
    begun = {key for one in written if one.before is None for key in one.keys}
    holders = dict(Post.objects.filter(Among("pk", ended)).values_list("pk", "worker"))
    held = Post.objects.filter(not_over(timezone.localdate()), Among("worker", {*holders.values()}))
    busy = {worker for key, worker in held.values_list("pk", "worker") if key not in ended and key not in begun}
    return {key for key, worker in holders.items() if worker in busy}
