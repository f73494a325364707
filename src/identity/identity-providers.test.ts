import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { beginVisit, endVisit, personOfSubject, VISIT_MS_MAX } from './identity-providers.ts'

const NOW_MS = Date.parse('2026-11-02T08:00Z')
const VISIT = { accountId: 'A1', state: 's', nonce: 'n', codeVerifier: 'v' }
let operations: TestOperations
let sql: OperationsStore

beforeAll(async () => {
  operations = await openTestOperations()
  sql = operations.store
  await sql.execute('SET session_replication_role = replica') // Users alone: no accounts, no partners.
  for (const [userId, accountId, email] of [
    ['ann', 'A1', 'ann@one.example'],
    ['tom', 'A1', 'office@one.example'],
    ['tim', 'A1', 'office@one.example'],
    ['bob', 'A2', 'bob@two.example'],
  ] as const) {
    await sql.execute(
      `INSERT INTO users (user_id, account_id, name, email, language)
       VALUES ($1, $2, $1, $3, 'nl')`,
      [userId, accountId, email],
    )
  }
}, 60_000)
afterAll(() => operations[Symbol.asyncDispose]())

const nameOf = async (subject: string, email: string, accountId = 'A1') =>
  (await personOfSubject(sql, accountId, { issuer: 'https://id.example', subject, email }))?.key

test('somebody new is the one user of the account who has the address, in any case of letters', async () => {
  expect(await nameOf('1', 'Ann@One.example')).toBe('user:ann')
})

test('who came in before is known by their subject, whatever their address has become', async () => {
  expect(await nameOf('1', '')).toBe('user:ann')
  expect(await nameOf('1', 'office@one.example')).toBe('user:ann')
})

test.each([
  ['an address that two users share', '2', 'office@one.example'],
  ['an address of another account', '3', 'bob@two.example'],
  ['no address', '4', ''],
])('%s is nobody', async (_what, subject, email) => {
  expect(await nameOf(subject, email)).toBeUndefined()
})

test('the provider of another account means nobody of this one', async () => {
  expect(await nameOf('1', 'ann@one.example', 'A2')).toBeUndefined()
})

test('a visit ends once, in time, and by who began it', async () => {
  const secret = await beginVisit(sql, VISIT, NOW_MS)
  expect(await endVisit(sql, `${secret}x`, NOW_MS)).toBeUndefined()
  expect(await endVisit(sql, secret, NOW_MS)).toEqual(VISIT)
  expect(await endVisit(sql, secret, NOW_MS)).toBeUndefined()
  const late = await beginVisit(sql, VISIT, NOW_MS)
  expect(await endVisit(sql, late, NOW_MS + VISIT_MS_MAX)).toBeUndefined()
})
