/** A replay over a log whose catalogue changed again and again, against one whose catalogue did not. */
import { beforeAll, expect, test } from 'vitest'
import { cdrLines, createStreamWorld, smallWorld } from '../../test/stream-world.ts'
import type { StreamWorld } from '../../test/stream-world.ts'
import type { Usage } from '../core/usage/usage.ts'
import { createReplay } from './replay.ts'

const ACCOUNTS = 4
const RECORDS = 240
const RECORDED_MS = Date.UTC(2026, 10, 22)
let world: StreamWorld
let usages: Usage[]

beforeAll(async () => {
  world = smallWorld(await createStreamWorld(ACCOUNTS))
  const value = Buffer.from(
    cdrLines({ from: 0, to: RECORDS, seed: 7, accounts: ACCOUNTS }).join('\n'),
  )
  const message = { offset: 0, key: '', value, timestampMs: 0 }
  usages = world.messageMediator().mediate(message, { topic: 'cdr', partition: 0 })
  usages.push(...usages.slice(0, 20)) // Some come again.
})

/** What each usage became; the same catalogue under a name that `hashOf` gives it at that moment. */
async function rated(hashOf: (index: number) => string): Promise<string[]> {
  const replay = createReplay(world.directory, () => Promise.resolve(world.catalogue))
  const found: string[] = []
  for (const [index, usage] of usages.entries()) {
    await replay.useCatalogue(hashOf(index))
    replay.prepare([usage])
    found.push(JSON.stringify(replay.rate(usage, RECORDED_MS)))
  }
  return found
}

test('balances go over to each new catalogue, also those of accounts that were silent before', async () => {
  const plain = await rated(() => 'one')
  expect(plain.some((row) => row.includes('group-bundle'))).toBe(true)
  expect(await rated((index) => `every ${Math.floor(index / 3)}`)).toEqual(plain)
  expect(await rated((index) => (Math.floor(index / 5) % 2 === 0 ? 'old' : 'new'))).toEqual(plain)
})
