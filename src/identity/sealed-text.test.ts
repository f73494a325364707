import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sealed, unsealed } from './sealed-text.ts'

const SEAL = { secret: 'tik_client_aaaa', purpose: 'answer of once-1' }

test('whatever was sealed opens to who shows the same secret, and shows nothing of itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const kept = sealed(text, SEAL)
      expect(unsealed(kept, SEAL)).toBe(text)
      if (text.length > 8) expect(Buffer.from(kept, 'base64url').includes(text)).toBe(false)
    }),
  )
})

test('it opens to no other secret, for no other purpose, and not when it was changed', () => {
  const kept = sealed('{"secret":"x"}', SEAL)
  expect(unsealed(kept, { ...SEAL, secret: 'tik_client_aaab' })).toBeUndefined()
  expect(unsealed(kept, { ...SEAL, purpose: 'answer of once-2' })).toBeUndefined()
  const bytes = Buffer.from(kept, 'base64url')
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
  expect(unsealed(bytes.toString('base64url'), SEAL)).toBeUndefined()
  expect(unsealed('', SEAL)).toBeUndefined()
})
