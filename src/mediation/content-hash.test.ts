import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cdr } from '../core/usage/usage.ts'
import { contentHash } from './content-hash.ts'
import { exampleCdr } from '../../test/doubles/example-directory.ts'

const CHANGES: Partial<Cdr>[] = [
  { kind: 'sms' },
  { direction: 'in' },
  { servedNumber: '+31612345678' },
  { imsi: '204160000000001' },
  { iccid: '8931000000000000005' },
  { trunk: 'trunk' },
  { sender: '+31612345678' },
  { receiver: '+31612345678' },
  { startMs: 1 },
  { durationSeconds: 61 },
  { volumeUpBytes: 1 },
  { volumeDownBytes: 2 ** 32 },
  { count: 2 },
  { visitedNetwork: '262-01' },
  { sessionKey: 'session' },
  { partNumber: 1 },
]

test.each(CHANGES)('a change of %o is noticed', (change) => {
  expect(contentHash(exampleCdr(change))).not.toBe(contentHash(exampleCdr({})))
})

test('what is not content changes nothing', () => {
  const other = exampleCdr({ raw: 'another row', recordKey: 'another key' })
  expect(contentHash(other)).toBe(contentHash(exampleCdr({})))
})

test('text that moves from one field to the next is another content', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (sender, receiver) => {
      const moved = exampleCdr({ sender: sender + receiver, receiver: '' })
      const apart = exampleCdr({ sender, receiver })
      expect(contentHash(moved) === contentHash(apart)).toBe(receiver === '')
    }),
  )
})

test('200,000 neighbouring contents all differ and fit 52 bits', () => {
  const seen = new Set<number>()
  for (let index = 0; index < 200_000; index++) {
    const hash = contentHash(exampleCdr({ startMs: 1_790_000_000_000 + index * 1000 }))
    if (hash < 0 || hash >= 2 ** 52 || !Number.isSafeInteger(hash)) throw new Error(`${hash}`)
    seen.add(hash)
  }
  expect(seen.size).toBe(200_000)
})
