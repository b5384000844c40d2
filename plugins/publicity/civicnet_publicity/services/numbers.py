"""Index numbers: noted with the article that they belong to, by whichever door it came, so that none is given twice."""

from __future__ import annotations

from django.db.models import Q

from civicnet_publicity.models import ArticlePage, IndexNumber


def note_number(*, article: ArticlePage) -> None:
    """Note whose the number of an article is, in the caller's transaction; one that readers never saw gives back its former.

    Rule: 政府公开信息核心元数据, an index number is the only one of its kind and permanent.
    """
    number = article.index_number
    if not number:
        return
    noted = dict(IndexNumber.objects.filter(Q(number=number) | Q(article=article.pk)).values_list("number", "article"))
    if number not in noted:
        IndexNumber.objects.create(number=number, article=article.pk)
    elif noted[number] != article.pk:
        # Its former article is gone, and the document comes back.
        IndexNumber.objects.filter(number=number).update(article=article.pk)
    former = noted.keys() - {number}
    if former and article.first_published_at is None:
        IndexNumber.objects.filter(number__in=former).delete()
