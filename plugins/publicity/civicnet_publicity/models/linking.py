"""What follows from published texts: which article interprets which policy, which one an index number belongs to, and by which
values of its fields an article is found.
"""

from __future__ import annotations

from django.db import models

from civicnet.records.models import FoundValue
from civicnet_publicity.models.article import ArticlePage


class Interpretation(models.Model):
    """An article interprets a policy. One of the two says so in its published text; both lead to each other."""

    policy = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    text = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    said_by = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, db_constraint=False, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["policy", "text", "said_by"], name="one_interpretation_per_saying")
        ]

    def __str__(self) -> str:
        return f"{self.text_id} → {self.policy_id}"


class IndexNumber(models.Model):
    """A number that was given, and the article it belongs to. It outlives the article: no number is given twice."""

    number = models.CharField(max_length=20, unique=True)
    article = models.BigIntegerField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.number


class ArticleValue(FoundValue):
    """A value in a field of a published article."""

    article = models.ForeignKey(
        ArticlePage, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "type", "field"], name="one_value_of_a_field"),
        ]
        indexes = [
            models.Index(fields=["type", "field", "text", "article"], name="articles_by_text"),
            models.Index(fields=["type", "field", "figure", "article"], name="articles_by_figure"),
        ]
