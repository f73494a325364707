import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import {
  addPasskey,
  CHALLENGE_MS_MAX,
  noteChallenge,
  notePasskeyUse,
  passkeyById,
  passkeysOf,
  removePasskey,
  useChallenge,
} from './passkeys.ts'

const NOW_MS = Date.parse('2026-11-02T08:00Z')
const KEY = {
  credentialId: 'aWQ',
  person: 'user:ann',
  name: 'laptop',
  publicKey: new Uint8Array([0, 1, 255]),
  useCount: 0,
  createdMs: NOW_MS,
} as const
let operations: TestOperations
let sql: OperationsStore

beforeAll(async () => {
  operations = await openTestOperations()
  sql = operations.store
}, 60_000)
afterAll(() => operations[Symbol.asyncDispose]())

test('a key is kept as it is, once, and counts its uses', async () => {
  expect(await addPasskey(sql, KEY)).toBe(true)
  expect(await addPasskey(sql, { ...KEY, person: 'user:bob' })).toBe(false)
  expect(await passkeyById(sql, 'aWQ')).toEqual({ ...KEY, usedMs: null })
  await notePasskeyUse(sql, 'aWQ', { useCount: 7, nowMs: NOW_MS + 1 })
  expect(await passkeysOf(sql, 'user:ann')).toEqual([{ ...KEY, useCount: 7, usedMs: NOW_MS + 1 }])
})

test('only one’s own is removed', async () => {
  expect(await removePasskey(sql, 'user:bob', 'aWQ')).toBe(false)
  expect(await removePasskey(sql, 'user:ann', 'aWQ')).toBe(true)
  expect(await passkeysOf(sql, 'user:ann')).toEqual([])
})

test('a challenge is for one answer, of whom it was made for, in time', async () => {
  const use = (challenge: string, person: 'user:ann' | '', nowMs = NOW_MS) =>
    useChallenge(sql, challenge, { person, nowMs })
  await noteChallenge(sql, 'one', { person: 'user:ann', nowMs: NOW_MS })
  expect(await use('one', '')).toBe(false)
  expect(await use('one', 'user:ann')).toBe(true)
  expect(await use('one', 'user:ann')).toBe(false)
  await noteChallenge(sql, 'two', { person: '', nowMs: NOW_MS })
  expect(await use('two', '', NOW_MS + CHALLENGE_MS_MAX)).toBe(false)
})
