// A graphql-yoga server written by hand for two queries on our tables: joins where a row has one of something, a loader
// where rows share it, named statements that PostgreSQL prepares once a connection, and a process for each core.

import cluster from 'node:cluster'
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import pg from 'pg'

const { PORT, DATABASE_URL, FILTER, MEDIA, WORKERS = '2' } = process.env

const typeDefs = /* GraphQL */ `
  type Column { slug: String! title: String! }
  type Rendition { url: String! width: Int! height: Int! }
  type Image { rendition: Rendition }
  type Article {
    title: String! summary: String! publishedAt: String! column: Column image: Image keywords: String! bodyHtml: String!
  }
  type Articles { nodes: [Article!]! }
  type Query { publicityArticles(first: Int = 20): Articles! publicityArticle(id: ID!): Article }
`

// What readers may see: live, published at some time, and under no restriction of its own or from above.
const READABLE = `p.live AND p.first_published_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page q ON q.id = r.page_id
  WHERE left(p.path, length(q.path)) = q.path)`
const FROM = 'FROM wagtailcore_page p JOIN civicnet_publicity_articlepage a ON a.page_ptr_id = p.id'
const COLUMNS = 'p.path, p.title, p.first_published_at, a.summary, a.keywords, a.image_id'
const LATEST = `SELECT ${COLUMNS} ${FROM} WHERE ${READABLE} ORDER BY p.first_published_at DESC, p.id DESC LIMIT $1`
const ARTICLE = `SELECT ${COLUMNS}, a.body ${FROM} WHERE ${READABLE} AND p.id = $1`
const ABOVE = `SELECT p.path, p.slug, p.title FROM wagtailcore_page p
  JOIN civicnet_publicity_columnpage c ON c.page_ptr_id = p.id WHERE p.path = ANY($1)`
const RENDITIONS = `SELECT image_id, file, width, height FROM wagtailimages_rendition
  WHERE filter_spec = $2 AND image_id = ANY($1)`

function serve() {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 })
  const ask = (name, text, values) => pool.query({ name, text, values }).then((found) => found.rows)

  const loaders = () => ({
    columns: new DataLoader(async (paths) => {
      const found = new Map((await ask('above', ABOVE, [paths])).map((row) => [row.path, row]))
      return paths.map((path) => found.get(path) ?? null)
    }),
    renditions: new DataLoader(async (images) => {
      const found = new Map((await ask('renditions', RENDITIONS, [images, FILTER])).map((row) => [row.image_id, row]))
      return images.map((image) => found.get(image) ?? null)
    }),
  })

  const resolvers = {
    Query: {
      publicityArticles: async (_root, { first }) => ({ nodes: await ask('latest', LATEST, [first]) }),
      publicityArticle: async (_root, { id }) => (await ask('article', ARTICLE, [id]))[0] ?? null,
    },
    Article: {
      publishedAt: (row) => row.first_published_at.toISOString(),
      column: (row, _given, context) => context.columns.load(row.path.slice(0, -4)),
      image: (row) => (row.image_id === null ? null : row),
      bodyHtml: (row) => row.body.filter((one) => one.type === 'paragraph').map((one) => one.value).join('\n'),
    },
    Image: { rendition: (row, _given, context) => context.renditions.load(row.image_id) },
    Rendition: { url: (row) => MEDIA + row.file },
  }

  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers }),
    context: loaders,
    graphiql: false,
    logging: 'error',
    landingPage: false,
    multipart: false,
  })
  createServer(yoga).listen(Number(PORT), '127.0.0.1')
}

if (cluster.isPrimary) {
  for (let one = 0; one < Number(WORKERS); one += 1) cluster.fork()
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill()
    process.exit(0)
  })
} else {
  serve()
}
