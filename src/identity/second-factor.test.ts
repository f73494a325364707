import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  hasSecondFactor,
  recoveryCodesLeft,
  removeSecondFactor,
  useSecondFactor,
} from './second-factor.ts'

const ANN = { key: 'user:ann', email: 'ann@a1.example' } as const
const NOW_MS = Date.parse('2026-11-02T08:00:15Z')
const STEP_MS = 30_000
let operations: TestOperations
let sql: OperationsStore

beforeAll(async () => {
  operations = await openTestOperations()
  sql = operations.store
}, 60_000)
afterAll(() => operations[Symbol.asyncDispose]())

/** As an authenticator app shows it. */
function codeAt(secret: string, atMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs })
}

async function begin(): Promise<string> {
  await removeSecondFactor(sql, ANN.key)
  return (await beginSecondFactor(sql, ANN))?.secret ?? ''
}

test('codes are those of RFC 6238, appendix B, in six digits', async () => {
  const secret = Secret.fromUTF8('12345678901234567890').base32
  const shown = [59, 1_111_111_109, 1_234_567_890].map((s) => codeAt(secret, s * 1_000))
  expect(shown).toEqual(['287082', '081804', '005924'])
})

test('it is asked for from its first code on, and what an app scans names us and the person', async () => {
  await removeSecondFactor(sql, ANN.key)
  const begun = await beginSecondFactor(sql, ANN)
  expect(begun?.address).toMatch(
    /^otpauth:\/\/totp\/tik:ann%40a1\.example\?issuer=tik&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
  )
  const secret = begun?.secret ?? ''
  expect(await hasSecondFactor(sql, ANN.key)).toBe(false)
  expect(await useSecondFactor(sql, ANN.key, codeAt(secret, NOW_MS), NOW_MS)).toBe(false)
  expect(await confirmSecondFactor(sql, ANN.key, '000000', NOW_MS)).toBeUndefined()
  expect(await confirmSecondFactor(sql, ANN.key, codeAt(secret, NOW_MS), NOW_MS)).toHaveLength(10)
  expect(await hasSecondFactor(sql, ANN.key)).toBe(true)
  expect(await beginSecondFactor(sql, ANN)).toBeUndefined()
})

test('a code is taken once, a clock may be half a minute off, and older codes are over', async () => {
  const secret = await begin()
  await confirmSecondFactor(sql, ANN.key, codeAt(secret, NOW_MS), NOW_MS)
  const use = (codeMs: number, nowMs = NOW_MS) =>
    useSecondFactor(sql, ANN.key, codeAt(secret, codeMs), nowMs)
  expect(await use(NOW_MS)).toBe(false)
  expect(await use(NOW_MS + 2 * STEP_MS)).toBe(false)
  expect(await use(NOW_MS + STEP_MS)).toBe(true)
  expect(await use(NOW_MS + STEP_MS)).toBe(false)
  expect(await use(NOW_MS, NOW_MS + STEP_MS)).toBe(false)
  expect(await use(NOW_MS + 4 * STEP_MS, NOW_MS + 5 * STEP_MS)).toBe(true)
})

test('a recovery code works once, however it was written down', async () => {
  const secret = await begin()
  const codes = await confirmSecondFactor(sql, ANN.key, codeAt(secret, NOW_MS), NOW_MS)
  const [code = ''] = codes ?? []
  const written = `${code.slice(0, 4)}-${code.slice(4, 8)} ${code.slice(8)}`.toUpperCase()
  expect(await useSecondFactor(sql, ANN.key, written, NOW_MS)).toBe(true)
  expect(await useSecondFactor(sql, ANN.key, code, NOW_MS)).toBe(false)
  expect(await recoveryCodesLeft(sql, ANN.key)).toBe(9)
  expect(await removeSecondFactor(sql, ANN.key)).toBe(true)
  expect(await recoveryCodesLeft(sql, ANN.key)).toBe(0)
})
