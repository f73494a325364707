/** The API for people: every route with what it takes and answers. No script, nothing from elsewhere. */
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { OpenApiDocument } from './open-api.ts'

export function docsPage({
  paths,
  components,
}: OpenApiDocument): HtmlEscapedString | Promise<HtmlEscapedString> {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>tik API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>tik API, version 1</h1>
        <p>
          All of it as <a href="openapi.json">OpenAPI 3.1</a>. Send
          <code>Authorization: Bearer KEY</code>. Amounts are exact decimals as text. Every error is
          <code>application/problem+json</code>.
        </p>
        ${routes.map(
          ({ path, method, operation }) => html`
            <details>
              <summary>
                <b>${method.toUpperCase()}</b> <code>/api/v1${path}</code> ${operation['summary']}
              </summary>
              <p>${operation['description']}</p>
              <pre>
${JSON.stringify(pick(operation, ['parameters', 'requestBody']), undefined, 2)}</pre>
            </details>
          `,
        )}
        <h2>Schemas</h2>
        <pre>${JSON.stringify(components, undefined, 2)}</pre>
      </body>
    </html>`
}

function pick(of: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return Object.fromEntries(names.map((name) => [name, of[name]]))
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  summary { cursor: pointer; padding: .25rem 0 }
  pre { overflow-x: auto; padding: .75rem; border: 1px solid #8884; border-radius: .4rem; font-size: .85rem }
`
