/** The identity provider by which an account's users sign in. */
import { z } from 'zod'
import {
  providerOfAccount,
  removeProviderOfAccount,
  setProviderOfAccount,
  tryProviderOfAccount,
  type ShownProvider,
} from '../../app/access/single-sign-on.ts'
import { id } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const path = '/accounts/{accountId}/single-sign-on'
const params = z.object({ accountId: id })
const told = {
  issuer: z.string().max(500).meta({ description: 'its https address, as it calls itself' }),
  clientId: z.string().min(1).max(300),
}
const signOn = z
  .object({
    provider: z
      .object({ ...told, signInPath: z.string().meta({ description: 'where users begin' }) })
      .nullable(),
  })
  .meta({ id: 'SingleSignOn' })

export const singleSignOnRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path,
    tag: 'access',
    summary: 'By which identity provider users of the account sign in',
    right: 'operate',
    params,
    answer: signOn,
    run: async ({ ask, params: { accountId } }) =>
      toAnswer(await ask(providerOfAccount, accountId)),
  }),
  jsonRoute({
    method: 'put',
    path,
    tag: 'access',
    summary: 'Lets them sign in by this one (OpenID Connect)',
    right: 'operate',
    params,
    body: z.object({ ...told, clientSecret: z.string().min(1).max(1_000) }),
    answer: signOn,
    run: async ({ ask, params: { accountId }, body }) =>
      toAnswer(await ask(setProviderOfAccount, { accountId, ...body })),
  }),
  jsonRoute({
    method: 'get',
    path: `${path}/trial`,
    tag: 'access',
    summary: 'Asks the identity provider whether it is there',
    right: 'operate',
    params,
    answer: z.object({
      isReached: z.boolean(),
      problem: z.string().meta({ description: 'what is wrong; empty for nothing' }),
    }),
    async run({ ask, params: { accountId } }) {
      const problem = await ask(tryProviderOfAccount, accountId)
      return { isReached: problem === '', problem }
    },
  }),
  jsonRoute({
    method: 'delete',
    path,
    tag: 'access',
    summary: 'Lets them sign in by password alone again',
    right: 'operate',
    params,
    answer: z.object({}),
    async run({ ask, params: { accountId } }) {
      await ask(removeProviderOfAccount, accountId)
      return {}
    },
  }),
]

function toAnswer(one: ShownProvider | undefined): z.input<typeof signOn> {
  if (one === undefined) return { provider: null }
  const { accountId, issuer, clientId } = one
  const signInPath = `/sign-in/with/${encodeURIComponent(accountId)}`
  return { provider: { issuer, clientId, signInPath } }
}
