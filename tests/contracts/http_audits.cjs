// Runs every server audit of graphql-http: node http_audits.cjs ENDPOINT MODULES prints one JSON list of {id, name, status, reason}.
const { createRequire } = require("node:module");

const [endpoint, modules] = process.argv.slice(2);
const { auditServer } = createRequire(`${modules}/`)("graphql-http");

auditServer({ url: endpoint }).then((results) => {
  const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason }));
  process.stdout.write(JSON.stringify(told));
});
