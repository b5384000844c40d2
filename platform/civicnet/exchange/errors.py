"""What the exchange refuses, each with a code and a sentence that a clerk can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.contract import CivicNetError, Conflict, InvalidInput, Refused


class FileRefused(InvalidInput):
    """The file as a whole cannot be imported; nothing was kept of it.

    ``params`` fill the gaps of the sentence, so that it can be told again in another language.
    """

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.sentence(params), field="file")

    @classmethod
    def sentence(cls, params: dict[str, Any]) -> str:
        """The sentence with its gaps filled, in the reader's language."""
        return str(cls.message) % params


class BrokenFile(FileRefused):
    """It does not open."""

    code = "BROKEN_FILE"
    message = gettext_lazy(
        "This file is damaged and does not open. Open it in your spreadsheet program, save it as .xlsx, "
        "and upload that."
    )


class DisguisedFile(BrokenFile):
    """Its content is not what its name promises."""

    code = "BROKEN_FILE"
    message = gettext_lazy(
        "The name ends in %(suffix)s, but the content is something else. "
        "Open it in your spreadsheet program, save it as .xlsx, and upload that."
    )


class LockedFile(FileRefused):
    """A password guards it."""

    code = "LOCKED_FILE"
    message = gettext_lazy("This file is protected by a password. Take the password off and upload it again.")


class FileTooHeavy(FileRefused):
    """Opening it takes more memory or time than one file gets."""

    code = "FILE_TOO_HEAVY"
    message = gettext_lazy(
        "Opening this workbook takes too much memory. Perhaps a cell far to the right or far below is filled. "
        "Copy your rows into a new workbook, or into the template, and upload that."
    )


class UnknownEncoding(FileRefused):
    """A text in none of the encodings we know."""

    code = "UNKNOWN_ENCODING"
    message = gettext_lazy(
        "The characters of this text cannot be read: it is neither UTF-8 nor GB18030. "
        "Open it in your spreadsheet program, save it as .xlsx, and upload that."
    )


class OpenQuote(FileRefused):
    """A quote in a text is not closed, and has swallowed rows."""

    code = "OPEN_QUOTE"
    message = gettext_lazy(
        "A double quote in row %(row)d is not closed, so the rows after it would be lost in one cell. "
        "Delete the quote, or write it twice in a quoted cell, and upload the file again."
    )


class LineTooLong(FileRefused):
    """A line of a text is longer than any row of a table."""

    code = "LINE_TOO_LONG"
    message = gettext_lazy(
        "Line %(line)d of this text has more than %(limit)d characters. "
        "Delete the line if it is no row of your table, or shorten its cells, and upload the file again."
    )


class BlankRows(FileRefused):
    """It has more rows with nothing in them than a sheet has at all."""

    code = "BLANK_ROWS"
    message = gettext_lazy("More than %(limit)d rows of this file are blank. Delete them and upload the file again.")


class EmptyFile(FileRefused):
    """There is nothing in it."""

    code = "EMPTY_FILE"
    message = gettext_lazy("This file is empty.")


class MacroFile(FileRefused):
    """It carries a program."""

    code = "MACRO_FILE"
    message = gettext_lazy("This workbook contains macros. Save it as .xlsx without macros and upload that.")


class UnknownFormat(FileRefused):
    """It is none of the formats we read."""

    code = "UNKNOWN_FORMAT"
    message = gettext_lazy("Files of this kind cannot be read. Use .xlsx, .xls, .ods, .csv or .tsv.")


class FileTooLarge(FileRefused):
    """It is beyond a limit, packed or unpacked."""

    code = "FILE_TOO_LARGE"
    message = gettext_lazy("The file is too large: %(limit)d MB are allowed. Split it and upload the parts.")


class TooManyRows(FileRefused):
    """It has more rows than one job takes."""

    code = "TOO_MANY_ROWS"
    message = gettext_lazy("The file has more than %(limit)d rows. Split it and upload the parts.")


class NoTable(FileRefused):
    """An archive without anything that has rows."""

    code = "NO_TABLE"
    message = gettext_lazy("There is no table in this archive. Put one .xlsx or .csv into it, beside the pictures.")


class SeveralTables(FileRefused):
    """An archive with more than one table."""

    code = "SEVERAL_TABLES"
    message = gettext_lazy("There are %(count)d tables in this archive. Leave the one that is to be imported.")


class TooManyFiles(FileRefused):
    """An archive with more parts than one is opened for."""

    code = "TOO_MANY_FILES"
    message = gettext_lazy(
        "There are more than %(limit)d files in this archive. Split the table, and put into each archive "
        "only the files that its rows name."
    )


class UnsafeArchive(FileRefused):
    """A path in an archive leads out of it."""

    code = "UNSAFE_ARCHIVE"
    message = gettext_lazy(
        "A path in this archive leads out of it. Put the table and the folder of pictures into a new archive."
    )


class HeadingsNotFound(FileRefused):
    """No row of it looks like our headings."""

    code = "HEADINGS_NOT_FOUND"
    message = gettext_lazy(
        "No row with the expected headings was found. Download the template and copy your rows into it."
    )


class ColumnsMissing(FileRefused):
    """The heading row lacks columns that every row needs."""

    code = "COLUMNS_MISSING"
    message = gettext_lazy("These columns are missing: %(columns)s. Add them, or use the template.")


class HeadingsAmbiguous(FileRefused):
    """Two of its columns stand for one of ours."""

    code = "COLUMN_TWICE"
    message = gettext_lazy("Two columns of this file stand for “%(column)s”: %(headings)s. Choose one of them.")


class HeadingsUnknown(FileRefused):
    """It was said which of its columns are which, and it has no such columns."""

    code = "HEADINGS_UNKNOWN"
    message = gettext_lazy("The file has no column with this heading: %(headings)s. Nothing was checked.")


class SheetUnknown(FileRefused):
    """It was said which of its sheets is meant, and it has no such sheet, or an empty one."""

    code = "SHEET_UNKNOWN"
    message = gettext_lazy(
        "There is no sheet “%(sheet)s” in this file that holds anything. Its sheets: %(sheets)s. Nothing was checked."
    )


class NoRows(FileRefused):
    """Nothing stands below the headings."""

    code = "NO_ROWS"
    message = gettext_lazy("There are no rows below the headings.")


class TooManyUploads(CivicNetError):
    """So many files of this client wait already."""

    code = "TOO_MANY_UPLOADS"
    status = 429

    def __init__(self, *, most: int) -> None:
        super().__init__(
            _("%(most)d of your uploads wait already. Begin an import with one, or come back in an hour.")
            % {"most": most}
        )


class AlreadyImported(Conflict):
    """The same rows of the very same file have gone in before, or are going in, where there is no day yet."""

    code = "ALREADY_IMPORTED"

    def __init__(self, day: date | None) -> None:
        told = (
            _(
                "This very file was imported on %(day)s. Nothing was done. To let the same in again, undo that import first."
            )
            if day
            else _("This very file is being imported by another job. Nothing was done.")
        )
        super().__init__(told % {"day": formats.date_format(day, "DATE_FORMAT") if day else ""}, field="file")


class SheetImported(FileRefused):
    """Of a file of which more could be read: what the platform would read has gone in before."""

    code = AlreadyImported.code
    message = gettext_lazy(
        "This sheet was imported with these columns on %(day)s. Nothing was done. "
        "If something else of the file is still to go in, choose another sheet or other columns."
    )

    @classmethod
    def sentence(cls, params: dict[str, Any]) -> str:
        """With the day as the reader writes it."""
        return super().sentence({"day": formats.date_format(date.fromisoformat(params["day"]), "DATE_FORMAT")})


class ResourceOff(Conflict):
    """The plugin that takes this kind of rows is switched off, or gone."""

    code = "PLUGIN_DISABLED"
    message = gettext_lazy("The plugin for these rows is switched off. The job waits until it is on again.")


class WrongState(Conflict):
    """The job is not where this step could be taken."""

    code = "WRONG_STATE"
    message = gettext_lazy("This import has moved on meanwhile. Reload the page to see where it stands.")


class FaultyRows(Conflict):
    """All rows were to go in, and some cannot."""

    code = "FAULTY_ROWS"
    message = gettext_lazy("Some rows of this file are faulty. Mend them, or let only the good rows in.")


class RowsChanged(Conflict):
    """What the preview showed is not what is held any more, and all rows were to go in."""

    code = "ROWS_CHANGED"
    message = gettext_lazy(
        "What is held for row %(row)d was changed after the preview. Upload the file again to check it."
    )

    def __init__(self, *, row: int) -> None:
        self.params = {"row": row}
        super().__init__(str(type(self).message) % self.params)


class NotTakenBack(Conflict):
    """All rows or none were to go in, and what their resource writes leaves nothing to take it back by."""

    code = "NOT_TAKEN_BACK"
    message = gettext_lazy(
        "Rows of this kind cannot be taken back, so the platform cannot promise all or nothing. "
        "Upload the file again, and let the good rows in."
    )


class NothingToUndo(Conflict):
    """Nothing of the job is in, it was taken back already, its time is over, or its resource has noted nothing."""

    code = "NOTHING_TO_UNDO"
    message = gettext_lazy(
        "This import cannot be undone: nothing of it is in, the time for it is over, or such rows cannot be taken back."
    )


class NothingToExport(InvalidInput):
    """No row lies in the area that was asked for."""

    code = "NOTHING_TO_EXPORT"
    message = gettext_lazy("There are no rows in this area that you may see. Choose another area.")


class AlreadyAsked(Conflict):
    """The same request of the same person is still open."""

    code = "ALREADY_ASKED"
    message = gettext_lazy("You have an open request for these rows already. It is in your list.")


class SecondPersonNeeded(Refused):
    """Nobody decides on their own request."""

    code = "SECOND_PERSON_NEEDED"
    message = gettext_lazy("You asked for this yourself. A second person has to decide.")


class NoteNeeded(InvalidInput):
    """A refusal tells the requester why."""

    code = "NOTE_NEEDED"
    message = gettext_lazy("Say in a few words why you do not approve: the requester reads it.")


class AlreadyDecided(Conflict):
    """Somebody else decided first, or the request is over."""

    code = "ALREADY_DECIDED"
    message = gettext_lazy("This request was decided on meanwhile, or is over. Nothing was changed.")


class ExportOver(Conflict):
    """The file is not there any more, or was fetched as often as allowed."""

    code = "EXPORT_OVER"
    message = gettext_lazy("This file cannot be fetched any more. Ask again if you still need it.")


REFUSALS: dict[str, type[FileRefused]] = {
    one.code: one
    for one in (
        BrokenFile,
        LockedFile,
        MacroFile,
        FileTooLarge,
        NoTable,
        SeveralTables,
        TooManyFiles,
        UnsafeArchive,
        FileTooHeavy,
        UnknownEncoding,
        LineTooLong,
        OpenQuote,
        BlankRows,
        TooManyRows,
        HeadingsNotFound,
        ColumnsMissing,
        HeadingsAmbiguous,
        HeadingsUnknown,
        SheetUnknown,
        SheetImported,
        NoRows,
    )
}
"""What may come to light only while a file is read, by code."""

MENDED_BY_CHOICE = (HeadingsNotFound.code, ColumnsMissing.code, HeadingsAmbiguous.code, SheetImported.code)
"""Refusals after which the person may still say which sheet and which columns are meant; the file waits for that."""
