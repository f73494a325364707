import type { Consumer } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { JOINS_IN_A_ROW_MAX, openKafkajsMember } from './kafkajs-member.ts'

type Crash = (event: { payload: { error: Error; restart: boolean } }) => void

/** Clients that join while `joins` says so; the crash of the first one begins a row of replacements. */
async function openMember(joins: (client: number) => boolean) {
  const seen = { created: 0, failures: 0, givenUp: [] as unknown[], pausesMs: [] as number[] }
  let crash: Crash | undefined
  const client = (): Consumer => {
    const number = (seen.created += 1)
    const double = {
      on: (_: string, listener: Crash) => {
        crash = listener
      },
      connect: () =>
        joins(number) ? Promise.resolve() : Promise.reject(new Error(`no broker for ${number}`)),
      disconnect: () => Promise.resolve(),
    }
    return double as unknown as Consumer
  }
  const member = await openKafkajsMember({
    create: client,
    join: () => Promise.resolve(),
    onFailure: () => (seen.failures += 1),
    onGivenUp: (cause) => seen.givenUp.push(cause),
    sleep: (ms) => Promise.resolve(seen.pausesMs.push(ms)),
  })
  return {
    seen,
    member,
    crash: () => crash?.({ payload: { error: new Error('crashed'), restart: false } }),
  }
}

test('a client that gave up is replaced until one joins', async () => {
  const { seen, crash } = await openMember((number) => number === 1 || number > 5)
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(6))
  expect(seen).toMatchObject({ failures: 5, givenUp: [], pausesMs: Array(5).fill(1_000) })
})

test('clients that never join are not tried for ever', async () => {
  const { seen, crash } = await openMember((number) => number === 1)
  crash()
  await vi.waitFor(() => expect(seen.givenUp).toHaveLength(1), { timeout: 10_000 })
  expect(seen.created).toBe(1 + JOINS_IN_A_ROW_MAX)
  expect(String(seen.givenUp[0])).toContain(`no broker for ${1 + JOINS_IN_A_ROW_MAX}`)
})

test('only failures in a row count', async () => {
  const bad = JOINS_IN_A_ROW_MAX - 1
  const { seen, crash } = await openMember((number) => number === 1 || number % (bad + 1) === 1)
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(2 + bad), { timeout: 10_000 })
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(3 + 2 * bad), { timeout: 10_000 })
  expect(seen.givenUp).toEqual([])
})

test('a closed member is not replaced', async () => {
  const { seen, member, crash } = await openMember(() => true)
  await member.close()
  crash()
  await new Promise(setImmediate)
  expect(seen.created).toBe(1)
})
