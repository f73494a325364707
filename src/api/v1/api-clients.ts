/** Programs that may use the API. */
import { z } from 'zod'
import { apiClientsOf, createApiClient, endApiClient } from '../../app/access/api-clients-of.ts'
import type { ApiClient } from '../../identity/api-clients.ts'
import { RIGHTS } from '../../identity/rights.ts'
import { id, instant, instantOf, instantOrNull, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const right = z.enum(RIGHTS)

const reach = {
  reachKind: z.enum(['operator', 'partner', 'account']),
  reachId: z
    .string()
    .max(200)
    .meta({ description: 'the partner or account; empty for an operator' }),
}
const client = z
  .object({
    id: z.string(),
    name: z.string(),
    ...reach,
    rights: z.array(right),
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instant.nullable(),
    usedAt: instant.nullable(),
  })
  .meta({ id: 'ApiClient' })

export const apiClientRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/api-clients',
    tag: 'access',
    summary: 'Programs that may use the API',
    right: 'manage-users',
    query: z.object({ ...page, ...reach }),
    answer: pageOf(client),
    async run({ ask, query }) {
      return sliceOf((await ask(apiClientsOf, query)).map(toClient), query, (one) => one.id)
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/api-clients',
    tag: 'access',
    summary: 'Makes one; its secret is told this once',
    right: 'manage-users',
    body: z.object({
      name: z.string().min(1).max(100),
      ...reach,
      rights: z.array(right).min(1),
      expiresAt: instant.optional(),
    }),
    answer: z.object({ client, secret: z.string() }),
    status: 201,
    answersSecret: true,
    async run({ ask, body }) {
      const { expiresAt, ...wish } = body
      const expiresMs = expiresAt === undefined ? undefined : Date.parse(expiresAt)
      const made = await ask(createApiClient, { ...wish, expiresMs })
      return { client: toClient(made.client), secret: made.secret }
    },
  }),
  jsonRoute({
    method: 'delete',
    path: '/api-clients/{clientId}',
    tag: 'access',
    summary: 'Revokes it at once, with every token that it has',
    right: 'manage-users',
    params: z.object({ clientId: id }),
    answer: z.object({}),
    async run({ ask, params }) {
      await ask(endApiClient, params.clientId)
      return {}
    },
  }),
]

function toClient(one: ApiClient): z.input<typeof client> {
  return {
    id: one.clientId,
    name: one.name,
    reachKind: one.reachKind,
    reachId: one.reachId,
    rights: [...one.rights],
    createdAt: instantOf(one.createdMs),
    createdBy: one.createdBy,
    expiresAt: instantOrNull(one.expiresMs),
    usedAt: instantOrNull(one.usedMs),
  }
}
