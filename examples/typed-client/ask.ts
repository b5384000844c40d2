// One function for every query and mutation: what it takes and gives follows from the document.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

/** What the platform answered instead of data; `codes` are those of docs/reference/graphql-errors.md. */
export class Refused extends Error {
  constructor(readonly codes: string[], message: string) {
    super(message);
  }
}

type Answer<Data> = { data?: Data | null; errors?: { message: string; extensions: { code: string } }[] };

/** Sends a document with its variables; `key` is that of an API client. */
export async function ask<Data, Variables>(
  endpoint: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  key?: string,
): Promise<Data> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await answer.json()) as Answer<Data>;
  if (errors || !data) {
    const told = errors ?? [];
    throw new Refused(told.map((one) => one.extensions.code), told.map((one) => one.message).join("\n"));
  }
  return data;
}
