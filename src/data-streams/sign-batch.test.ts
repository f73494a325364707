/** Signatures as Standard Webhooks has them, and the code of docs/data-streams.md that checks them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { newStreamSecret, webhookHeaders } from './sign-batch.ts'

/** https://github.com/standard-webhooks/standard-webhooks: what all its libraries are tested with. */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  batchId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  atMs: 1_614_265_330_000,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

type Verify = (headers: object, body: string, secret: string, nowSeconds: number) => void

const isVerify = (value: unknown): value is Verify => typeof value === 'function'

const folder = mkdtempSync(join(tmpdir(), 'tik-test-verify-'))
let verify: Verify

beforeAll(async () => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync('docs/data-streams.md', 'utf8')) ?? []
  const path = join(folder, 'verify.mjs')
  writeFileSync(path, code)
  const loaded: unknown = await import(path)
  verify = z.object({ verify: z.custom<Verify>(isVerify) }).parse(loaded).verify
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the published example has the published signature', () => {
  const { signature, secret, ...signed } = PUBLISHED
  expect(webhookHeaders({ ...signed, secrets: [secret] })).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  })
})

test('a secret of the accounts document signs as the text that it is', () => {
  const { atMs, body, batchId } = PUBLISHED
  const { 'webhook-signature': signature } = webhookHeaders({
    batchId,
    atMs,
    body,
    secrets: ['0123456789abcdef'],
  })
  expect(signature).toBe('v1,r94XOxQw8v+vLaVrXIUkFWnEmqNekP5mdIZf2e/Me5o=')
})

test('the code of the documentation takes either secret while one is being changed, and nothing else', () => {
  const [old, fresh] = [newStreamSecret(), newStreamSecret()]
  const { atMs, body, batchId } = PUBLISHED
  const headers = webhookHeaders({ batchId, atMs, body, secrets: [fresh, old] })
  const now = atMs / 1_000
  verify(headers, body, old, now)
  verify(headers, body, fresh, now)
  verify(headers, body, fresh, now + 299)
  expect(() => verify(headers, body, newStreamSecret(), now)).toThrow('not signed')
  expect(() => verify(headers, `${body} `, fresh, now)).toThrow('not signed')
  expect(() => verify({ ...headers, 'webhook-id': 'msg_x' }, body, fresh, now)).toThrow(
    'not signed',
  )
  expect(() => verify(headers, body, fresh, now + 301)).toThrow('too old')
})
