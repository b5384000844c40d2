"""An outside portal: reads columns, articles, grids and its own cases from CivicNet over GraphQL.

Stand-alone: it needs only the public ``gql`` client and an API key. Run it with

    python portal.py --url http://127.0.0.1:8000/graphql/ --key cvn_... [--case 20261123-000001]

and it prints one JSON object. When a plugin is switched off, the fields it brought are gone; the portal then prints the
error's code and ends with status 3, so that whoever runs it can tell "off" from "broken".
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from gql import Client, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.httpx import HTTPXTransport

PUBLIC = gql("""
query Public {
  publicityColumns { slug title }
  publicityArticles(first: 5) { totalCount nodes { id title publishedAt url column { title } } }
}
""")

GRIDS = gql("""
query Grids($after: String) {
  grids(first: 100, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { code name organisationName }
  }
}
""")

OWN_CASE = gql("""
query OwnCase($number: String!) {
  hotlineCase(number: $number) { number state open311Status postLabel reply steps { action toState } }
}
""")


def read_everything(client: Client, case: str | None) -> dict[str, Any]:
    """What a portal shows: columns and latest articles, every grid page by page, and its own case."""
    public = client.execute(PUBLIC)
    return {
        "columns": len(public["publicityColumns"]),
        "articles": public["publicityArticles"]["totalCount"],
        "latest": [article["title"] for article in public["publicityArticles"]["nodes"]],
        "grids": count_grids(client),
        "case": client.execute(OWN_CASE, variable_values={"number": case})["hotlineCase"] if case else None,
    }


def count_grids(client: Client) -> int:
    """Read all grids by cursor, as a mirror would, and count them."""
    seen, after = 0, None
    while True:
        page = client.execute(GRIDS, variable_values={"after": after})["grids"]
        seen += len(page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]


def main() -> int:
    """Read, print, and tell by the exit status how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--case", help="number of a case that this portal submitted")
    given = parser.parse_args()
    transport = HTTPXTransport(url=given.url, headers={"Authorization": f"Bearer {given.key}"}, timeout=30)
    client = Client(transport=transport, fetch_schema_from_transport=False)
    try:
        print(json.dumps(read_everything(client, given.case), ensure_ascii=False))
    except TransportQueryError as error:
        codes = sorted({(one.get("extensions") or {}).get("code", "?") for one in error.errors or []})
        print(json.dumps({"errors": codes}))
        return 3
    except TransportError as error:
        print(f"the platform could not be read: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
