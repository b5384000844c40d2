"""What is said about the cells of an articles' sheet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "unknown_column": _("There is no column of this name."),
    "several_columns": _("Several columns have this name: %(columns)s. Write the one that is meant like this."),
    "out_of_scope": _("You may not write in this column, or not in this article."),
    "also_not_elsewhere": _("Not a published column of another site: %(columns)s."),
    "move_needed": _(
        "This article stands in another column. Move it there in the editor: its web address changes by that."
    ),
    "address_stays": _("This article has another address. Change it in the editor, which keeps the old one working."),
    "address_empty": _("No address can be made of this title. Write one."),
    "address_signs": _("An address has letters, digits, hyphens and underscores only."),
    "address_taken": _("An article placed in this column from another site has this address already."),
    "index_number_form": _("Write nine signs, “/”, the year, “-” and five digits."),
    "index_number_permanent": _("The index number is permanent: it stays %(number)s."),
    "index_number_taken": _("Another article has this index number."),
    "other_type": _("Articles of this column have no such field. Leave the cell empty."),
    "web_address": _("This is no web address. Write it with https:// before it."),
    "not_of_its_kind": _("This is not what the field asks for."),
    "future_date": _("This day has not come yet."),
    "validity_order": _("It ends before it begins: correct one of the two days."),
    "busy": _("This article is locked or under review. Wait until that is over."),
    "body_markup": _("The text contains web page code. Write plain text; the heading of this column says how."),
    "body_too_long": _("The text has more than %(most)s characters: a cell holds no more. Write it in the editor."),
    "heading_too_long": _("A heading has at most %(most)s characters."),
    "unknown_mark": _("Nothing is held that %(mark)s stands for. Take this line out."),
    "mark_missing": _(
        "These lines stand for pictures and files that are held, and are missing here: %(marks)s. "
        "Put them back; what is to go is taken out in the editor."
    ),
    "unknown_link": _("Links to pages and files of the platform are made in the editor."),
    "picture_unknown": _("There is no file of this name in the archive, and no picture of yours in the library."),
    "picture_several": _("Several files in the archive have this name. Write the folder before it."),
    "picture_kind": _("Pictures are jpg, png or webp."),
    "picture_too_large": _("The picture is too large: 10 MB are allowed."),
    "picture_too_many_pixels": _("The picture has too many pixels. Make it smaller."),
    "picture_refused": _("This file is damaged, or not the picture that its name promises."),
    "picture_not_allowed": _("You may not add pictures to the library. Ask your administrator."),
    "alt_needed": _("Say what the picture shows, for those who do not see it."),
    "alt_elsewhere": _("The picture is in the library already. Its description is changed there."),
    "alt_differs": _("Row %(row)s says something else about the same picture."),
    "alt_kept": _("The picture is in the library already, and keeps the description that it has there."),
    "alt_without_picture": _("There is no picture to be described; the cell was passed over."),
    "publish_not_allowed": _("You may bring in drafts only. Leave the state empty; the reviews publish."),
    "unpublish_elsewhere": _("This article is published. Taking it down is an act of its own, in the editor."),
    "held": _("“%(label)s” is in as a draft: its checks hold it back until it is mended, or somebody lets it pass."),
    "waits_for_review": _("Readers go on seeing the published version; the change waits for its reviews."),
}
