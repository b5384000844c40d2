// Starts GraphiQL against our own endpoint. A key typed under "Headers" goes along as it is; a signed-in person's
// session goes with its token, without which a POST is refused.
(() => {
  const root = document.getElementById("graphiql");
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  const headers = cookie ? { "X-CSRFToken": decodeURIComponent(cookie[1]) } : {};
  const fetcher = GraphiQL.createFetcher({ url: root.dataset.endpoint, headers });
  const first = "# 治理一张网 · GraphQL\n{\n  platform { version plugins { slug version enabled } }\n}\n";
  ReactDOM.createRoot(root).render(React.createElement(GraphiQL, { fetcher, defaultQuery: first }));
})();
