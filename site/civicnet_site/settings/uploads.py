"""What people may upload: kinds, sizes, and the forms that look into every file."""

_MEGABYTE = 1024 * 1024

WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * _MEGABYTE
# A picture of 50 megapixels needs 200 MB unpacked; one that claims more is not opened.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "civicnet.console.upload_forms.PictureForm"
# The sizes in which other portals get pictures, by the names under which they ask for them: they are a part of the schema.
CIVICNET_IMAGE_SPECS = {
    "THUMBNAIL": "fill-300x200",
    "CARD": "fill-600x400",
    "COVER": "width-1200",
    "LARGE": "max-1600x1600",
}
# Sets of sizes from which a browser chooses.
CIVICNET_IMAGE_SRCSETS = {
    "CARD": "fill-{300x200,600x400,1200x800}",
    "WIDTHS": "width-{400,800,1200,1600}",
}
WAGTAILDOCS_EXTENSIONS = ["pdf", "doc", "docx", "xls", "xlsx", "zip", "mp4", "webm"]
# Videos are the longest; our own look at the content holds each kind to its own measure.
WAGTAILDOCS_MAX_UPLOAD_SIZE = 200 * _MEGABYTE
CIVICNET_MOST_DOCUMENT_BYTES = 20 * _MEGABYTE
CIVICNET_MOST_VIDEO_BYTES = WAGTAILDOCS_MAX_UPLOAD_SIZE
WAGTAILDOCS_CONTENT_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "civicnet.console.upload_forms.DocumentForm"
# Saved, never shown in a window of ours.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# The largest file and what its form says beside it.
CIVICNET_MOST_REQUEST_BYTES = 24 * _MEGABYTE
# The same for the pages where somebody signed in hands in what is imported, or a video: they are longer than anything else.
CIVICNET_MOST_IMPORT_BYTES = 204 * _MEGABYTE
FILE_UPLOAD_HANDLERS = [
    "civicnet.console.upload_forms.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * _MEGABYTE
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
# Everything of a request but its files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * _MEGABYTE
# Wagtail's page editor sends a field for every cell of a table.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
