/** Blocks of SIMs: asked for by people and limits, answered by the operator. */
import { z } from 'zod'
import {
  ANSWER_MINUTES_MAX,
  BLOCK_ACTS,
  BLOCK_CAUSES,
  REQUEST_STATES,
  type ServiceRequest,
} from '../../alerts/blocks/service-request.ts'
import { blockSelection, limitSelection, SELECTION_MAX } from '../../app/limits/of-selection.ts'
import {
  answerBlock,
  askSimBlock,
  blockRequestsOf,
  simBlockOf,
} from '../../app/limits/sim-blocks.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'
import {
  id,
  instant,
  instantOf,
  instantOrNull,
  money,
  moneyOf,
  nameIn,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const request = z
  .object({
    id: z.string(),
    account: z.string(),
    subscription: z.string(),
    service: z.enum(['sim', 'data', 'roaming-data']),
    act: z.enum(BLOCK_ACTS),
    cause: z.enum(BLOCK_CAUSES),
    askedBy: z.string(),
    state: z
      .enum(REQUEST_STATES)
      .meta({ description: 'closed: from before answers were kept, nobody waits for one' }),
    requestedAt: instant,
    answeredAt: instant.nullable(),
    answeredBy: z.string(),
    answer: z.string(),
  })
  .meta({ id: 'BlockRequest' })

const block = z
  .object({
    state: z.enum(['free', 'block-requested', 'blocked', 'unblock-requested']),
    isUnanswered: z
      .boolean()
      .meta({ description: `the operator is silent for more than ${ANSWER_MINUTES_MAX} minutes` }),
    fee: money.meta({ description: 'of blocking it now, ex VAT' }),
    history: z.array(request),
  })
  .meta({ id: 'SimBlock' })

const result = z
  .object({
    subscription: z.string(),
    isDone: z.boolean(),
    problem: z.string(),
  })
  .meta({ id: 'SelectionResult' })

const act = z.enum(BLOCK_ACTS)
const params = z.object({ subscriptionId: id })
const chosen = z.array(id).min(1).max(SELECTION_MAX)
const shared = { tag: 'limits' } as const

export const simBlockRoutes: readonly Route[] = [
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/block-requests',
    summary: 'What the operator is or was asked to block or free, newest first',
    right: 'see-usage',
    query: z.object({ ...page, account: id.optional(), state: z.enum(REQUEST_STATES).optional() }),
    answer: pageOf(request),
    async run({ ask, query }) {
      const found = await ask(blockRequestsOf, { accountId: query.account, state: query.state })
      return sliceOf(found.map(toForm), query, (one) => one.id)
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/block-requests/{requestId}/answer',
    summary:
      'What the operator did: who is registered gets a mail, the fee of what was refused falls away',
    right: 'operate',
    params: z.object({ requestId: z.string().min(1).max(600) }),
    body: z.object({
      answer: z.enum(['confirmed', 'refused']),
      why: z.string().max(500).default(''),
    }),
    answer: request,
    run: async ({ ask, params: { requestId }, body }) =>
      toForm(await ask(answerBlock, requestId, body)),
  }),
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/subscriptions/{subscriptionId}/sim-block',
    summary: 'Whether a SIM is blocked, since when and why, and what blocking it costs',
    right: 'see-usage',
    params,
    answer: block,
    async run({ ask, params: { subscriptionId } }) {
      const found = await ask(simBlockOf, subscriptionId)
      return {
        state: found.name,
        isUnanswered: found.isUnanswered,
        fee: moneyOf(found.feeMicros),
        history: found.history.map(toForm),
      }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/subscriptions/{subscriptionId}/sim-block',
    summary: 'Asks the operator to block or free it; a block can have a fee',
    right: 'block-sims',
    params,
    body: z.object({ act }),
    answer: z.object({ requestId: z.string() }),
    status: 202,
    run: async ({ ask, params: { subscriptionId }, body }) => ({
      requestId: await ask(askSimBlock, subscriptionId, body),
    }),
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/sim-blocks',
    summary: 'The same of a selection, with a result for each',
    right: 'block-sims',
    body: z.object({ act, subscriptions: chosen }),
    answer: z.object({ items: z.array(result) }),
    status: 202,
    async run({ ask, body: { subscriptions, ...wish } }) {
      return { items: (await ask(blockSelection, subscriptions, wish)).map(toResult) }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/limits-of-selection',
    summary: 'Sets a limit of a selection of subscriptions, with a result for each',
    right: 'change-limits',
    body: z.object({
      code: nameIn(LIMIT_KINDS),
      subject: z.string().max(100).default(''),
      amount: z
        .string()
        .max(30)
        .optional()
        .meta({ description: 'as limits are written; left out: back to the default' }),
      subscriptions: chosen,
    }),
    answer: z.object({ items: z.array(result) }),
    async run({ ask, body: { subscriptions, code, subject, amount } }) {
      const found = await ask(limitSelection, subscriptions, { code, subject, amount })
      return { items: found.map(toResult) }
    },
  }),
]

function toResult(one: { subscriptionId: string; problem: string }): z.input<typeof result> {
  const { subscriptionId, problem } = one
  return { subscription: subscriptionId, isDone: problem === '', problem }
}

function toForm(one: ServiceRequest): z.input<typeof request> {
  return {
    id: one.requestId,
    account: one.accountId,
    subscription: one.subscriptionId,
    service: one.service,
    act: one.act,
    cause: one.cause,
    askedBy: one.askedBy,
    state: one.state,
    requestedAt: instantOf(one.requestedMs),
    answeredAt: instantOrNull(one.answeredMs),
    answeredBy: one.answeredBy,
    answer: one.answer,
  }
}
