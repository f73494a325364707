import { expect, test } from 'vitest'
import { hashPassword, isOutdated, isPasswordOf } from './password-hash.ts'

test('a hash is of its password alone, salted, and says its parameters', async () => {
  const hash = await hashPassword('drie paarden zingen')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await isPasswordOf(hash, 'drie paarden zingen')).toBe(true)
  expect(await isPasswordOf(hash, 'drie paarden zongen')).toBe(false)
  expect(await hashPassword('drie paarden zingen')).not.toBe(hash)
  expect(isOutdated(hash)).toBe(false)
})

test('one accent is one password, however a keyboard composes it', async () => {
  expect(
    await isPasswordOf(await hashPassword('caf\u00e9 au lait fort'), 'cafe\u0301 au lait fort'),
  ).toBe(true)
})

test('what is no hash is nobody’s password, and other parameters are outdated', async () => {
  expect(await isPasswordOf('', '')).toBe(false)
  expect(await isPasswordOf('$argon2id$v=19$m=1,t=1,p=1$$', '')).toBe(false)
  expect(isOutdated('$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA')).toBe(true)
})
