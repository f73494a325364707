/** One request for one route: who asks, may they, is it well formed, and what is the answer. */
import type { Context } from 'hono'
import { z } from 'zod'
import type { Caller } from '../app/caller.ts'
import type { Desk } from '../app/desk.ts'
import { callerOfRequest, shownBy } from './authenticate.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { requireMatch, toTag } from './entity-tag.ts'
import { onceForKey } from './idempotency.ts'
import { ownUrl } from './own-url.ts'
import { invalidInput, Refusal } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Asking, Route } from './route.ts'
import { sendChunks } from './send-chunks.ts'
import { asOne } from '../app/as-one.ts'

export async function answerRoute(
  route: Route,
  context: Context<ApiEnv>,
  parts: ApiParts,
  limits: RateLimits,
): Promise<Response> {
  const caller = await callerOfRequest(context, parts)
  limits.requireCalm(caller.name)
  requireAllowed(route, caller)
  const answer = (): Promise<Response> => answerAs(caller, route, context, parts)
  return route.isTry === true ? limits.asTry(context.get('address'), caller.name, answer) : answer()
}

async function answerAs(
  caller: Caller,
  route: Route,
  context: Context<ApiEnv>,
  parts: ApiParts,
): Promise<Response> {
  const input = await inputOf(route, context)
  const askingAs = (desk: Desk): Asking<unknown, unknown, unknown> => ({
    ...input,
    caller,
    ask: (useCase, ...wish) => useCase(desk, ...wish),
    siteUrl: ownUrl(context, parts),
    signal: context.req.raw.signal,
  })
  const desk: Desk = { ...parts.stores, caller }
  if ('send' in route) return sendChunks(await route.send(askingAs(desk)), context)
  if (route.method === 'get') {
    const answer = answerOf(route, await route.run(askingAs(desk)))
    const tag = toTag(answer)
    const headers = { ETag: tag, 'Cache-Control': 'private, no-cache' }
    if (context.req.header('If-None-Match')?.includes(tag) === true) {
      return new Response(null, { status: 304, headers })
    }
    return json(answer, 200, headers)
  }
  const { status = 200 } = route
  return asOne(desk, async (within) => {
    await requireMatch(route, context, askingAs(within))
    const shown = route.answersSecret === true ? shownBy(context, parts) : undefined
    const { body } = input
    const answered = await onceForKey(within, context, { body, shown }, async () => ({
      status,
      answer: answerOf(route, await route.run(askingAs(within))),
    }))
    return json(answered.answer, answered.status, { 'Cache-Control': 'no-store' })
  })
}

/** Whether the route is for such a caller at all; whose data it is about, the use case asks. */
function requireAllowed({ right, isOfOperator }: Route, { rights, reach }: Caller): void {
  const hasRight = right === 'anybody' || rights.has(right)
  if (hasRight && (isOfOperator !== true || reach.kind === 'operator')) return
  throw new Refusal({
    status: 403,
    title: 'Not allowed',
    detail: hasRight
      ? 'this is for the operator of the installation'
      : `this needs the right to ${right}`,
  })
}

async function inputOf(
  route: Route,
  context: Context<ApiEnv>,
): Promise<Pick<Asking<unknown, unknown, unknown>, 'params' | 'query' | 'body'>> {
  return {
    params: checked('path', route.params, context.req.param()),
    // A filter that is not known is a mistake, and no wish to see everything.
    query: checked('query', strict(route.query ?? z.object({})), context.req.query()),
    body: checked('body', strict(route.body), await bodyOf(route, context)),
  }
}

function strict(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodObject ? schema.strict() : schema
}

/** No store takes it in a text. */
const NUL = String.raw`\u0000`

function checked(
  place: 'path' | 'query' | 'body',
  schema: z.ZodType | undefined,
  given: unknown,
): unknown {
  if (schema === undefined) return undefined
  if (JSON.stringify(given).includes(NUL)) {
    throw new Refusal({
      status: 422,
      title: 'What was sent is not valid',
      detail: `the ${place} of the request has a zero character`,
    })
  }
  const read = schema.safeParse(given)
  if (!read.success) throw invalidInput(place, read.error)
  return read.data
}

async function bodyOf(route: Route, context: Context<ApiEnv>): Promise<unknown> {
  if (route.body === undefined) return undefined
  const type = context.req.header('Content-Type') ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new Refusal({
      status: 415,
      title: 'Unsupported media type',
      detail: 'a body is JSON: send Content-Type: application/json',
    })
  }
  const text = await context.req.text()
  try {
    return shallow(JSON.parse(text))
  } catch {
    throw new Refusal({ status: 400, title: 'Malformed JSON', detail: 'the body is no JSON' })
  }
}

/** Nothing of ours is as deep; what is deeper would be walked by functions that call themselves. */
const DEPTH_MAX = 40

function shallow(value: unknown): unknown {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) throw new RangeError(`deeper than ${DEPTH_MAX}`)
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return value
}

/** As the API describes it: an answer that is not is a fault of ours, and never sent. */
function answerOf(route: Extract<Route, { answer: unknown }>, answer: unknown): string {
  return JSON.stringify(route.answer.parse(answer))
}

function json(text: string, status: number, headers: Readonly<Record<string, string>>): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  })
}
