"""Index numbers: noted with the article that they belong to, by whichever door it came, so that none is given twice."""

from __future__ import annotations

from django.db import transaction

from civicnet_publicity.models import ArticlePage, IndexNumber


@transaction.atomic
def note_number(*, article: ArticlePage) -> None:
    """Note whose the number of an article is. One that readers never saw gives back what it had before.

    Rule: 政府公开信息核心元数据, an index number is the only one of its kind and permanent.
    """
    if not article.index_number:
        return
    _noted, is_new = IndexNumber.objects.update_or_create(
        number=article.index_number, defaults={"article": article.pk}, create_defaults={"article": article.pk}
    )
    if is_new and article.first_published_at is None:
        IndexNumber.objects.filter(article=article.pk).exclude(number=article.index_number).delete()
