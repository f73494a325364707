import { expect, test, vi } from 'vitest'
import { JOINS_IN_A_ROW_MAX, openGroupMember } from './group-member.ts'

interface Client {
  readonly number: number
  /** Says that it has given up. */
  crash(): void
}

/** Clients that join while `joins` says so, and crash while they join while `crashes` does. */
async function openMember(
  joins: (client: number) => boolean,
  crashes: (client: number) => boolean = () => false,
) {
  const seen = {
    created: 0,
    left: 0,
    failures: 0,
    givenUp: [] as unknown[],
    pausesMs: [] as number[],
  }
  let crashLast: (() => void) | undefined
  const member = await openGroupMember<Client>({
    create: () => ({ number: (seen.created += 1), crash: () => undefined }),
    join({ number }, ended) {
      crashLast = () => ended(new Error(`client ${number} crashed`))
      if (crashes(number)) crashLast()
      return joins(number)
        ? Promise.resolve()
        : Promise.reject(new Error(`no broker for ${number}`))
    },
    leave() {
      seen.left += 1
      return Promise.resolve()
    },
    onFailure: () => (seen.failures += 1),
    onGivenUp: (cause) => seen.givenUp.push(cause),
    sleep: (ms) => Promise.resolve(seen.pausesMs.push(ms)),
  })
  return { seen, member, crash: () => crashLast?.() }
}

const settled = () => new Promise(setImmediate)

test('a client that gave up is replaced until one joins', async () => {
  const { seen, member, crash } = await openMember((number) => number === 1 || number > 5)
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(6))
  expect(seen).toMatchObject({
    left: 5,
    failures: 5,
    givenUp: [],
    pausesMs: Array(5).fill(1_000),
  })
  expect(member.client.number).toBe(6)
})

test('a client that says twice that it gave up is replaced once', async () => {
  const { seen, crash } = await openMember(() => true)
  const first = crash
  first()
  first()
  await settled()
  expect(seen).toMatchObject({ created: 2, failures: 1 })
})

test('what the first client cannot do is thrown', async () => {
  await expect(openMember(() => false)).rejects.toThrow('no broker for 1')
})

test('clients that never join are not tried for ever', async () => {
  const { seen, crash } = await openMember((number) => number === 1)
  crash()
  await vi.waitFor(() => expect(seen.givenUp).toHaveLength(1), { timeout: 10_000 })
  expect(seen.created).toBe(1 + JOINS_IN_A_ROW_MAX)
  expect(String(seen.givenUp[0])).toContain(`no broker for ${1 + JOINS_IN_A_ROW_MAX}`)
})

test('nor are those that give up while they join', async () => {
  const { seen, crash } = await openMember(
    () => true,
    (number) => number > 1,
  )
  crash()
  await vi.waitFor(() => expect(seen.givenUp).toHaveLength(1), { timeout: 10_000 })
  expect(seen.created).toBe(1 + JOINS_IN_A_ROW_MAX)
})

test('only failures in a row count', async () => {
  const bad = JOINS_IN_A_ROW_MAX - 1
  const { seen, crash } = await openMember((number) => number === 1 || number % (bad + 1) === 1)
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(2 + bad), { timeout: 10_000 })
  await settled()
  crash()
  await vi.waitFor(() => expect(seen.created).toBe(3 + 2 * bad), { timeout: 10_000 })
  expect(seen.givenUp).toEqual([])
})

test('a closed member is not replaced', async () => {
  const { seen, member, crash } = await openMember(() => true)
  await member.close()
  crash()
  await settled()
  expect(seen.created).toBe(1)
})
