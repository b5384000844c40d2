// Starts GraphiQL against our own endpoint. A key typed under "Headers" goes along as it is.
(() => {
  const root = document.getElementById("graphiql");
  const fetcher = GraphiQL.createFetcher({ url: root.dataset.endpoint });
  const first = "# 治理一张网 · GraphQL\n{\n  platform { version plugins { slug version enabled } }\n}\n";
  ReactDOM.createRoot(root).render(React.createElement(GraphiQL, { fetcher, defaultQuery: first }));
})();
