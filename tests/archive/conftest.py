"""A stand-in for S3 on the loopback."""

from s3_server import s3, s3_server

__all__ = ["s3", "s3_server"]
