import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeRatingLease } from './rating-lease.ts'
import type { RatingLeaseOptions } from './rating-lease.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'

let operations: TestOperations
beforeAll(async () => {
  operations = await openTestOperations()
})
beforeEach(() => operations.store.script('DELETE FROM rating_leases'))
afterAll(() => operations[Symbol.asyncDispose]())

function take(logKind: 'stream' | 'files', rest: Partial<RatingLeaseOptions> = {}) {
  const description = `tik of ${logKind}, process 7`
  return takeRatingLease(operations.store, { ledgerId: 'one', logKind, description, ...rest })
}

/** A holder that stands still: nothing renews what it has. */
const STALLED = { lifetimeMs: 30, renewEveryMs: 1_000_000 }

test('workers over Kafka share it, files have it alone', async () => {
  await using first = await take('stream')
  await using second = await take('stream')
  await expect(take('files')).rejects.toMatchObject({
    code: 'rating_busy',
    message: 'tik of stream, process 7 rates into this ledger',
    hint: expect.stringMatching(/free at \d\d:\d\d:\d\d UTC/),
  })
  await using other = await take('files', { ledgerId: 'two' })
  for (const lease of [first, second, other]) await lease.ensure()
})

test('while files are rated neither a worker nor other files are, and afterwards they are', async () => {
  {
    await using _ = await take('files')
    await expect(take('stream')).rejects.toMatchObject({ code: 'rating_busy' })
    await expect(take('files')).rejects.toMatchObject({ code: 'rating_busy' })
  }
  await using after = await take('stream')
  await after.ensure()
})

test('what has run out is taken over, and its holder learns it before its next commit', async () => {
  await using stalled = await take('stream', STALLED)
  await sleep(60)
  await using files = await take('files')
  await expect(stalled.ensure()).rejects.toMatchObject({ code: 'rating_busy' })
  await files.ensure()
})

test('a holder that comes back late goes on when nobody came in between', async () => {
  await using late = await take('stream', { ...STALLED, lifetimeMs: 500 })
  await sleep(600)
  await using worker = await take('stream')
  await worker[Symbol.asyncDispose]()
  await late.ensure()
  await expect(take('files')).rejects.toMatchObject({ code: 'rating_busy' })
})

test('a holder renews it without being asked', async () => {
  await using _ = await take('files', { lifetimeMs: 200 })
  await sleep(400)
  await expect(take('stream')).rejects.toMatchObject({ code: 'rating_busy' })
})
