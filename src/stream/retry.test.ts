import { expect, test } from 'vitest'
import { TikError } from '../core/failures/errors.ts'
import { withRetry } from './retry.ts'

const policy = { attemptsMax: 4, firstWaitMs: 100, waitMsMax: 250 }

function failing(times: number, error: Error) {
  const calls = { count: 0, waits: [] as number[], failures: 0 }
  const work = () => {
    calls.count += 1
    return calls.count <= times ? Promise.reject(error) : Promise.resolve('done')
  }
  const parts = {
    policy,
    sleep: (ms: number) => Promise.resolve(void calls.waits.push(ms)),
    onFailure: () => void (calls.failures += 1),
  }
  return { calls, work, parts }
}

const away = new TikError('ledger_unavailable', 'away')

test('it waits twice as long each time, up to the bound, and then works', async () => {
  const { calls, work, parts } = failing(3, away)
  expect(await withRetry(work, parts)).toBe('done')
  expect(calls.waits).toEqual([100, 200, 250])
  expect(calls.failures).toBe(3)
})

test('after the last attempt the failure goes up', async () => {
  const { calls, work, parts } = failing(9, away)
  await expect(withRetry(work, parts)).rejects.toBe(away)
  expect(calls.count).toBe(policy.attemptsMax)
})

test.each([new TikError('ledger_fenced', 'another writer'), new Error('a bug')])(
  'a failure that does not pass goes up at once: %s',
  async (error) => {
    const { calls, work, parts } = failing(9, error)
    await expect(withRetry(work, parts)).rejects.toBe(error)
    expect(calls.count).toBe(1)
  },
)

test('a stop ends the trying', async () => {
  const { calls, work, parts } = failing(9, away)
  const signal = AbortSignal.abort()
  await expect(withRetry(work, { ...parts, signal })).rejects.toBe(away)
  expect(calls.count).toBe(1)
})
