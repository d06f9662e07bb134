"""Files in forms: none grows past what we take, however much is sent."""

from django.core.files.uploadhandler import FileUploadHandler

from marketplace.lib.images import MOST_BYTES


class CutOff(FileUploadHandler):
    """Stands before Django's own handlers and keeps one byte too many, so that the size is told.

    What comes behind is read and thrown away: no memory, no disk.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data[: max(0, MOST_BYTES + 1 - start)] or None

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        return None
