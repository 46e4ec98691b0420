"""A stand-in for S3 and a cluster, on the loopback."""

from cluster_machines import as_new, machines

from s3_server import s3, s3_server

__all__ = ["as_new", "machines", "s3", "s3_server"]
