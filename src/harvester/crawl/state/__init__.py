"""What is known of each URL and host, in SQLite or PostgreSQL; the only user of SQLAlchemy."""
