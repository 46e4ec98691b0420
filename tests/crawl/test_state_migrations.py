"""A state of any earlier version is brought up; what is no state, or a later one, is refused."""

import pytest
from sqlalchemy import create_engine, inspect, text

from harvester.crawl.state.database import open_database, sqlite_address
from harvester.crawl.state.migrations import _WORDS, MIGRATIONS, VERSION
from harvester.crawl.state.state_tables import METADATA
from harvester.crawl.state.store import State
from harvester.errors import StoreError


def test_the_migrations_lead_to_the_tables_that_the_program_knows(address):
    open_database(address).close()
    engine = create_engine(address)
    found = inspect(engine)
    for table in METADATA.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        keys = {column.name for column in table.primary_key}
        wanted = {column.name: bool(column.nullable) for column in table.columns}
        assert columns.keys() == wanted.keys()
        assert {name: is_null for name, is_null in columns.items() if name not in keys} == {
            name: is_null for name, is_null in wanted.items() if name not in keys
        }
    assert set(found.get_table_names()) == {table.name for table in METADATA.sorted_tables} | {"schema_version"}
    engine.dispose()


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_state_of_every_earlier_version_is_brought_up_with_what_it_holds(address, version):
    engine = create_engine(address)
    with engine.begin() as connection:
        words = _WORDS[connection.dialect.name]
        connection.execute(text("CREATE TABLE schema_version (version SMALLINT NOT NULL)"))
        for number in range(version):
            for statement in MIGRATIONS[number]:
                connection.execute(text(statement.format(**words)))
            connection.execute(text(f"INSERT INTO schema_version VALUES ({number + 1})"))
        connection.execute(text("INSERT INTO hosts (name, blocked_until) VALUES ('a.example', 0)"))
    engine.dispose()
    state = State(address)
    assert state.report().hosts == 1
    state.close()


def test_a_state_of_a_later_harvester_is_refused(tmp_path):
    address = sqlite_address(tmp_path / "state.sqlite")
    open_database(address).close()
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO schema_version VALUES ({VERSION + 1})"))
    engine.dispose()
    with pytest.raises(StoreError, match="use the later harvester"):
        State(address)


@pytest.mark.parametrize(
    "address",
    ["nonsense", "mysql://a.example/x", "sqlite:////nowhere/at/all/x.sqlite", "sqlite://", "sqlite:///:memory:"],
)
def test_an_address_that_is_no_state_is_a_store_error(address):
    with pytest.raises(StoreError):
        State(address)


def test_a_password_stands_in_no_message():
    with pytest.raises(StoreError) as caught:
        State("postgresql+psycopg://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)
