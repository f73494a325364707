/** `Idempotency-Key`: a write that is sent again is not done again. */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { doOnce, type Once } from '../app/access/once.ts'
import type { Desk } from '../app/desk.ts'
import type { ApiEnv } from './create-api.ts'
import { Refusal } from './problem.ts'

const KEY = /^[\x21-\x7e]{1,200}$/

/** `shown`: what the caller showed, where the answer tells a secret. */
export async function onceForKey(
  within: Desk,
  context: Context<ApiEnv>,
  { body, shown }: { readonly body: unknown; readonly shown: string | undefined },
  work: () => Promise<Once>,
): Promise<Once> {
  const key = context.req.header('Idempotency-Key')
  if (key === undefined) return work()
  if (!KEY.test(key)) {
    throw new Refusal({
      status: 422,
      title: 'What was sent is not valid',
      detail: 'an Idempotency-Key has 1 to 200 visible ASCII characters',
    })
  }
  const { method, url } = context.req
  const requestHash = createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
    .digest('hex')
  const answered = await doOnce(within, { key, requestHash, shown }, work)
  if (answered === 'sealed') {
    throw new Refusal({
      status: 409,
      title: 'Done before',
      detail: 'this was done under the same Idempotency-Key, and its secret is told to nobody else',
      hint: 'end what it made and make another one under a new key',
    })
  }
  if (answered !== 'conflict') return answered
  throw new Refusal({
    status: 422,
    title: 'Key used before',
    detail: 'this Idempotency-Key was sent with another request',
    hint: 'make a new key for each new request',
  })
}
