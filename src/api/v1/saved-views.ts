/** Views of usage that a person saved under a name. */
import { z } from 'zod'
import { forgetView, savedViews, saveView } from '../../app/usage/saved-views.ts'
import { VIEW_PAGES } from '../../reports/saved-views.ts'
import { id } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const own = {
  name: z.string().min(1).max(100),
  page: z.enum(VIEW_PAGES),
  query: z.string().max(1_000).meta({ description: 'as it stands behind the ? of its page' }),
}
const view = z.object({ id: z.int(), ...own }).meta({ id: 'SavedView' })
const params = z.object({ accountId: id })
const shared = { tag: 'usage', right: 'see-usage' } as const

export const savedViewRoutes: readonly Route[] = [
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/accounts/{accountId}/views',
    summary: 'Own views of the usage of an account',
    params,
    answer: z.object({ items: z.array(view) }),
    async run({ ask, params: { accountId } }) {
      const found = await ask(savedViews, accountId)
      return {
        items: found.map(({ viewId, name, page, query }) => ({ id: viewId, name, page, query })),
      }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/accounts/{accountId}/views',
    summary: 'Saves one; another of the same name is replaced',
    params,
    body: z.object(own),
    answer: z.object({}),
    status: 201,
    async run({ ask, params: { accountId }, body }) {
      await ask(saveView, { accountId, ...body })
      return {}
    },
  }),
  jsonRoute({
    ...shared,
    method: 'delete',
    path: '/me/views/{viewId}',
    summary: 'Forgets one',
    params: z.object({ viewId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    answer: z.object({}),
    async run({ ask, params: { viewId } }) {
      await ask(forgetView, viewId)
      return {}
    },
  }),
]
