"""Run SQL for ./dev: ``[[query, parameters], ...]`` comes in as JSON, rows go out as JSON.

It runs in the virtual environment, so that no psql needs to be on the machine.
"""
import json
import sys

import psycopg2


def main():
    connection = psycopg2.connect(dbname=sys.argv[1], connect_timeout=10)
    connection.autocommit = True  # CREATE DATABASE must be outside a transaction
    rows = []
    with connection.cursor() as cursor:
        for query, parameters in json.load(sys.stdin):
            cursor.execute(query, parameters or None)
            rows = cursor.fetchall() if cursor.description else []
    json.dump(rows, sys.stdout, default=str)


if __name__ == "__main__":
    main()
