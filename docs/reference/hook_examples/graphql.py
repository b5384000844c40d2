"""A root field; its name begins with the plugin's prefix."""

from typing import Any

import graphene
from civicnet.contract import Fragment, hookimpl
from graphql import GraphQLResolveInfo


class Query:
    example_greeting = graphene.String(required=True)

    @staticmethod
    def resolve_example_greeting(root: Any, info: GraphQLResolveInfo) -> str:
        return "你好"


@hookimpl
def graphql() -> Fragment:
    return Fragment(query=Query)
