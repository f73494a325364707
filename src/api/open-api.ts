/**
 * The OpenAPI 3.1 document of the routes: their schemas are the ones that check what comes in and goes
 * out. Schemas with an id are components of their own.
 */
import { z } from 'zod'
import { problemSchema, PROBLEM_TYPE } from './problem.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

export interface OpenApiDocument extends Json {
  readonly openapi: '3.1.0'
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Malformed JSON',
  401: 'Not known',
  403: 'Not allowed',
  404: 'Not there, or not within reach',
  405: 'Not with this method',
  409: 'Not now: something stands in the way',
  412: 'Changed since it was read',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Not valid',
  428: 'Names no If-Match',
  429: 'Too many requests',
  500: 'A fault of ours',
  503: 'A store is away: try again',
}

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const components = new Map<string, unknown>()
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, components) }
  }
  const problem = schemaOf(problemSchema, 'output', components)
  components.set('Problem', problem)
  return {
    openapi: '3.1.0',
    info: {
      title: 'tik',
      version,
      description:
        'Usage, limits and invoices. Amounts are exact decimals as text; times are RFC 3339; lists are read ' +
        'by pages with the cursor of the page before; every error is a problem (RFC 9457).',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(
        [...components].sort(([left], [right]) => (left < right ? -1 : 1)),
      ),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'a key, or a token of /oauth/token',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'tik' },
      },
    },
  }
}

function operationOf(route: Route, components: Map<string, unknown>): Json {
  const { method, path, params, query, body } = route
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [route.tag],
    summary: route.summary,
    description:
      route.right === 'anybody'
        ? 'For whoever is signed in.'
        : `Needs the right \`${route.right}\`.`,
    parameters: [
      ...parametersOf(params, 'path', components),
      ...parametersOf(query, 'query', components),
      ...(method === 'get'
        ? []
        : [
            {
              name: 'Idempotency-Key',
              in: 'header',
              schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
            },
            { name: 'If-Match', in: 'header', schema: { type: 'string' } },
          ]),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input', components) } },
          },
        }),
    responses: {
      ...successOf(route, components),
      ...Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          status,
          {
            description,
            content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  }
}

function successOf(route: Route, components: Map<string, unknown>): Json {
  if ('send' in route) {
    const content = Object.fromEntries(route.contentTypes.map((type) => [type, {}]))
    return { 200: { description: 'The file', content } }
  }
  const schema = schemaOf(route.answer, 'output', components)
  const answer = { description: 'Done', content: { 'application/json': { schema } } }
  const unchanged = { 304: { description: 'As it was (If-None-Match)' } }
  return { [route.status ?? 200]: answer, ...(route.method === 'get' ? unchanged : {}) }
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  components: Map<string, unknown>,
): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = objectSchema.parse(
    schemaOf(schema, 'input', components),
  )
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
})

/** As JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
function schemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Map<string, unknown>,
): Json {
  const made = withDefinitions.parse(
    z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override({ jsonSchema }) {
        delete jsonSchema.id
      },
    }),
  )
  const { $defs = {}, $schema: _, ...own } = made
  for (const [name, definition] of Object.entries($defs)) {
    components.set(name, relocated(definition))
  }
  return objectOf(relocated(own))
}

const withDefinitions = z.looseObject({ $defs: z.record(z.string(), z.unknown()).optional() })

function objectOf(value: unknown): Json {
  return z.record(z.string(), z.unknown()).parse(value)
}

/** Definitions stand in the components of the document. */
function relocated(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/'))
}
