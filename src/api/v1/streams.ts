/** Data streams: endpoints that get usage and events as they are rated. */
import { z } from 'zod'
import {
  changeStream,
  createStream,
  deleteStream,
  OVERLAP_HOURS_MAX,
  ownStreams,
  pauseStream,
  replayStream,
  resumeStream,
  rotateStreamSecret,
  streamDeliveries,
  streamWithin,
  testStream,
} from '../../app/streams/streams-of.ts'
import { STREAM_EVENTS, STREAM_STATES, type DataStream } from '../../data-streams/data-stream.ts'
import { fromCursor, id, instant, instantOf, page, pageOf, sliceOf, toCursor } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const OVERLAP_HOURS_DEFAULT = 24

const owner = { ownerKind: z.enum(['account', 'partner']), ownerId: id }
const wish = {
  name: z.string().min(1).max(100),
  url: z.string().max(2_000).meta({ description: 'https, and no address of a private network' }),
  events: z.array(z.enum(STREAM_EVENTS)).min(1).max(STREAM_EVENTS.length),
  seesNumbers: z.boolean().meta({ description: 'whether the other party of a call is shown' }),
}
const stream = z
  .object({
    id: z.string(),
    ...owner,
    ...wish,
    form: z.enum(['batch', 'single']),
    origin: z.enum(['made', 'document']),
    state: z.enum(STREAM_STATES),
    stateAt: instant,
    stateReason: z.string(),
    createdAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'DataStream' })

const delivery = z
  .object({
    webhookId: z.string(),
    kind: z.string(),
    events: z.int(),
    attempt: z.int(),
    at: instant,
    tookMs: z.int(),
    isTaken: z.boolean(),
    failure: z.string(),
  })
  .meta({ id: 'StreamDelivery' })

const params = z.object({ streamId: id })
const shared = { tag: 'streams', right: 'manage-users' } as const

export const streamRoutes: readonly Route[] = [
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/streams',
    summary: 'Endpoints of an account or partner',
    query: z.object({ ...page, ...owner }),
    answer: pageOf(stream),
    async run({ ask, query }) {
      return sliceOf((await ask(ownStreams, query)).map(toForm), query, (one) => one.id)
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/streams',
    summary: 'Makes one; its secret is told this once',
    body: z.object({ ...owner, ...wish }),
    answer: z.object({ stream, secret: z.string() }),
    answersSecret: true,
    status: 201,
    async run({ ask, body }) {
      const made = await ask(createStream, { ...body, events: [...new Set(body.events)] })
      return { stream: toForm(made.stream), secret: made.secret }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/streams/{streamId}',
    summary: 'One of them',
    params,
    answer: stream,
    async run({ ask, params: { streamId } }) {
      return toForm(await ask(streamWithin, streamId))
    },
  }),
  jsonRoute({
    ...shared,
    method: 'put',
    path: '/streams/{streamId}',
    summary: 'Changes it; what waits goes to the new address',
    params,
    body: z.object(wish),
    answer: stream,
    async run({ ask, body, params: { streamId } }) {
      return toForm(
        await ask(changeStream, streamId, { ...body, events: [...new Set(body.events)] }),
      )
    },
  }),
  jsonRoute({
    ...shared,
    method: 'delete',
    path: '/streams/{streamId}',
    summary: 'Ends it, with what waits for it',
    params,
    answer: z.object({}),
    async run({ ask, params: { streamId } }) {
      await ask(deleteStream, streamId)
      return {}
    },
  }),
  ...(
    [
      ['pause', 'Sends nothing until it is resumed; what comes meanwhile waits', pauseStream],
      ['resume', 'Goes on at once from where it stood', resumeStream],
    ] as const
  ).map(([act, summary, useCase]) =>
    jsonRoute({
      ...shared,
      method: 'post',
      path: `/streams/{streamId}/${act}`,
      summary,
      params,
      answer: stream,
      async run({ ask, params: { streamId } }) {
        return toForm(await ask(useCase, streamId))
      },
    }),
  ),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/streams/{streamId}/test',
    summary: 'Sends a test within seconds; the deliveries say how it went',
    params,
    answer: z.object({ webhookId: z.string() }),
    status: 202,
    async run({ ask, params: { streamId } }) {
      return { webhookId: await ask(testStream, streamId) }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/streams/{streamId}/replay',
    summary: 'Sends everything from a moment on once more, under the same event ids',
    params,
    body: z.object({ from: instant }),
    answer: stream,
    status: 202,
    async run({ ask, body, params: { streamId } }) {
      return toForm(await ask(replayStream, streamId, Date.parse(body.from)))
    },
  }),
  jsonRoute({
    ...shared,
    method: 'post',
    path: '/streams/{streamId}/secret',
    summary: 'A new secret, told this once; the one before signs too for some hours',
    params,
    body: z.object({
      overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX).default(OVERLAP_HOURS_DEFAULT),
    }),
    answer: z.object({ secret: z.string() }),
    answersSecret: true,
    async run({ ask, body, params: { streamId } }) {
      return { secret: await ask(rotateStreamSecret, streamId, body.overlapHours) }
    },
  }),
  jsonRoute({
    ...shared,
    method: 'get',
    path: '/streams/{streamId}/deliveries',
    summary: 'Every attempt of the last month, newest first',
    params,
    query: z.object(page),
    answer: pageOf(delivery),
    async run({ ask, query, params: { streamId } }) {
      const before = fromCursor(query.cursor, z.int())
      const found = await ask(streamDeliveries, streamId, { before, limit: query.limit + 1 })
      const items = found.slice(0, query.limit)
      const last = items.at(-1)
      return {
        items: items.map((one) => ({
          webhookId: one.batchId,
          kind: one.kind,
          events: one.eventCount,
          attempt: one.attempt,
          at: instantOf(one.atMs),
          tookMs: one.tookMs,
          isTaken: one.failure === '',
          failure: one.failure,
        })),
        nextCursor:
          last !== undefined && found.length > items.length ? toCursor(last.deliveryNo) : null,
      }
    },
  }),
]

/** Without what every delivery changes: its tag is that of what a person can change. */
function toForm(one: DataStream): z.input<typeof stream> {
  return {
    id: one.streamId,
    ownerKind: one.ownerKind,
    ownerId: one.ownerId,
    name: one.name,
    url: one.url,
    events: [...one.events],
    seesNumbers: one.seesNumbers,
    form: one.form,
    origin: one.origin,
    state: one.state,
    stateAt: instantOf(one.stateMs),
    stateReason: one.stateReason,
    createdAt: instantOf(one.createdMs),
    createdBy: one.createdBy,
  }
}
