/** A second factor at sign-in: one's own, a colleague's that was lost, and whether an account asks for it. */
import { z } from 'zod'
import {
  beginOwnFactor,
  confirmOwnFactor,
  ownSecondFactor,
  removeOwnFactor,
  resetFactorOfUser,
  setSignInRules,
  signInRulesOf,
} from '../../app/access/second-factors.ts'
import { id } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const code = z.object({ code: z.string().min(6).max(40) })
const rules = z.object({ needsSecondFactor: z.boolean() }).meta({ id: 'SignInRules' })
const nothing = z.object({})

export const secondFactorRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/me/second-factor',
    tag: 'access',
    summary: 'Whether one has a second factor, and needs one',
    right: 'anybody',
    answer: z
      .object({ isOn: z.boolean(), isNeeded: z.boolean(), recoveryCodesLeft: z.int() })
      .meta({ id: 'SecondFactor' }),
    run: ({ ask }) => ask(ownSecondFactor),
  }),
  jsonRoute({
    method: 'post',
    path: '/me/second-factor',
    tag: 'access',
    summary: 'Begins to set one up: what an authenticator app needs to know',
    right: 'anybody',
    answer: z.object({ secret: z.string(), address: z.string() }),
    answersSecret: true,
    status: 201,
    run: ({ ask }) => ask(beginOwnFactor),
  }),
  jsonRoute({
    method: 'put',
    path: '/me/second-factor',
    tag: 'access',
    summary: 'Turns it on with its first code; answers recovery codes, told this once',
    right: 'anybody',
    isTry: true,
    body: code,
    answer: z.object({ recoveryCodes: z.array(z.string()) }),
    answersSecret: true,
    run: async ({ ask, body }) => ({ recoveryCodes: await ask(confirmOwnFactor, body.code) }),
  }),
  jsonRoute({
    method: 'post',
    path: '/me/second-factor/removal',
    tag: 'access',
    summary: 'Turns it off with one of its codes',
    right: 'anybody',
    isTry: true,
    body: code,
    answer: nothing,
    async run({ ask, body }) {
      await ask(removeOwnFactor, body.code)
      return {}
    },
  }),
  jsonRoute({
    method: 'delete',
    path: '/users/{userId}/second-factor',
    tag: 'access',
    summary: 'Takes away the second factor of a user whose phone is lost',
    right: 'manage-users',
    params: z.object({ userId: id }),
    answer: nothing,
    async run({ ask, params }) {
      await ask(resetFactorOfUser, params.userId)
      return {}
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/sign-in-rules',
    tag: 'access',
    summary: 'What the account asks of its users at sign-in',
    right: 'manage-users',
    params: z.object({ accountId: id }),
    answer: rules,
    run: async ({ ask, params }) => ({
      needsSecondFactor: await ask(signInRulesOf, params.accountId),
    }),
  }),
  jsonRoute({
    method: 'put',
    path: '/accounts/{accountId}/sign-in-rules',
    tag: 'access',
    summary: 'Lets every user of the account need a second factor, or not',
    right: 'manage-users',
    params: z.object({ accountId: id }),
    body: rules,
    answer: rules,
    run: async ({ ask, params, body }) => ({
      needsSecondFactor: await ask(setSignInRules, params.accountId, body.needsSecondFactor),
    }),
  }),
]
