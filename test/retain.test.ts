/** `tik retain`: what is beyond its time goes in every copy, what is held stays, and every sum stays right. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { invoicesOf, usageOfInvoice } from '../src/app/billing/invoice-archive.ts'
import { verifyLedger } from '../src/app/checks/verify-ledger.ts'
import { auditOf } from '../src/app/access/audit-of.ts'
import type { Desk } from '../src/app/desk.ts'
import { linkFor } from '../src/app/access/people.ts'
import { setPasswordByLink } from '../src/app/access/sign-in.ts'
import { erasePerson, exportPerson } from '../src/app/retention/person.ts'
import { eraseUserOf, exportUser } from '../src/app/retention/user-person.ts'
import { hold, release, retain } from '../src/app/retention/retain.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { detailsOf, totalsOf } from '../src/app/usage/usage-reports.ts'
import { isBeyondRetention } from '../src/core/usage/beyond-retention.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const OTHER_PARTY = '+31612345678'
const QUESTION = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
/** Recorded in November 2026; 90 days after its end it is February, 200 days after it June. */
const TOO_EARLY = fixedClock(Date.parse('2027-02-28T12:00Z'))
const MASK_TIME = fixedClock(Date.parse('2027-03-02T12:00Z'))
const DELETE_TIME = fixedClock(Date.parse('2027-06-30T12:00Z'))

let door: SmallDoor
let desk: Desk

beforeAll(async () => {
  door = await openSmallDoor()
  const times = { maskNumbersAfterDays: 90, deleteDetailsAfterDays: 200 }
  desk = { ...door.desk, config: { ...door.desk.config, ...times } }
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

const totals = () => totalsOf(desk, 'call-type', QUESTION)

async function receivers(): Promise<string[]> {
  const page = { limit: 100, timeZone: 'Europe/Amsterdam' }
  const { rows } = await detailsOf(desk, QUESTION, page)
  return rows.map(({ accountId, receiver }) => `${accountId} ${receiver}`).sort()
}

const archived = () =>
  readdirSync(desk.folder.subfolder('archive')).filter((name) => name.endsWith('Master.csv'))

async function beyondRetention(): Promise<number> {
  const { files, findings } = await verifyLedger(desk)
  // The door bills in the very millisecond in which it rated: that is late when it is rated again.
  const others = findings.filter(
    ({ message }) => !message.endsWith('late is false, rated again true'),
  )
  expect(others).toEqual([])
  return files.reduce((sum, file) => sum + file.beyondRetention, 0)
}

test('before its time nothing is done, and without a time nothing is asked', async () => {
  const report = await retain(desk, { dryRun: false, clock: TOO_EARLY })
  expect(report).toMatchObject({ maskMonth: 202610, months: [], filesCount: 0, documentsCount: 0 })
  await expect(retain(door.desk, { dryRun: true })).rejects.toThrow('no time is set')
  expect(await receivers()).toEqual([`A1 ${OTHER_PARTY}`, `A2 ${OTHER_PARTY}`])
})

test('a dry run counts and changes nothing', async () => {
  const report = await retain(desk, { dryRun: true, clock: MASK_TIME })
  expect(report).toMatchObject({
    maskMonth: 202611,
    months: [{ month: 202611, unmaskedCount: 2, undeletedCount: 0 }],
    filesCount: 1,
    documentsCount: 2,
  })
  expect(await receivers()).toEqual([`A1 ${OTHER_PARTY}`, `A2 ${OTHER_PARTY}`])
  expect(archived()).toHaveLength(1)
})

test('what is held for a dispute stays, with the file that has it; the rest is masked', async () => {
  const [invoice] = await invoicesOf(desk, { accountId: 'A1' })
  const before = await totals()
  const held = await hold(desk, { accountId: 'A1', reason: `disputes ${invoice?.number}` })
  const report = await retain(desk, { dryRun: false, clock: MASK_TIME })
  expect(report).toMatchObject({ filesCount: 0, documentsCount: 1, heldAccounts: ['A1'] })
  expect(await receivers()).toEqual([`A1 ${OTHER_PARTY}`, 'A2 +3161234****'])
  expect(archived()).toHaveLength(1)
  expect(await totals()).toEqual(before)
  expect(await beyondRetention()).toBe(1)
  await release(desk, held.holdId)
})

test('what a person asks for is handed out as files, without erasing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-test-person-'))
  const { usageCount } = await exportPerson(desk, { number: OTHER_PARTY, folder })
  const [line = ''] = readFileSync(join(folder, 'usage.jsonl'), 'utf8').split('\n')
  const row = z
    .object({ accountId: z.string(), receiver: z.string(), detail: z.string() })
    .parse(JSON.parse(line))
  expect(row).toMatchObject({ accountId: 'A1', receiver: OTHER_PARTY })
  expect([usageCount, isBeyondRetention(row)]).toEqual([1, false])
  rmSync(folder, { recursive: true })
  await expect(erasePerson(desk, '0612345678')).rejects.toThrow('no number in E.164')
})

test('released, it is done: numbers, archived file, CDR files; sums, invoices and PDFs stay', async () => {
  const before = await totals()
  const [invoice] = await invoicesOf(desk, { accountId: 'A1' })
  const documents = invoice?.documents ?? []
  const report = await retain(desk, { dryRun: false, clock: MASK_TIME })
  expect(report).toMatchObject({ filesCount: 1, documentsCount: 1 })
  expect(await receivers()).toEqual(['A1 +3161234****', 'A2 +3161234****'])
  expect(archived()).toEqual([])
  expect(documents.map(({ kind, path }) => [kind, existsSync(path)])).toContainEqual(['pdf', true])
  expect(documents.map(({ kind, path }) => [kind, existsSync(path)])).toContainEqual([
    'cdrs',
    false,
  ])
  expect(await totals()).toEqual(before)
  expect(await beyondRetention()).toBe(2)
  const named = { number: invoice?.number ?? '', partnerId: 'P1' }
  const csv = (await Array.fromAsync(usageOfInvoice(desk, named))).join('')
  expect(csv).toContain('+3161234****')
  expect(csv).not.toContain(OTHER_PARTY)
})

test('the same again has nothing to do', async () => {
  const report = await retain(desk, { dryRun: false, clock: MASK_TIME })
  expect(report).toMatchObject({ months: [], filesCount: 0, documentsCount: 0 })
})

test('later the details are deleted: they are not shown, and what they cost is', async () => {
  const before = await totals()
  const report = await retain(desk, { dryRun: false, clock: DELETE_TIME })
  expect(report).toMatchObject({ months: [{ month: 202611, undeletedCount: 2 }] })
  expect(await receivers()).toEqual([])
  expect(await totals()).toEqual(before)
  expect(await beyondRetention()).toBe(2)
  const again = await retain(desk, { dryRun: true, clock: DELETE_TIME })
  expect(again.months).toEqual([])
})

test('a user is handed out with mails and acts, and erased with every way in', async () => {
  const { operations } = desk
  const folder = mkdtempSync(join(tmpdir(), 'tik-test-user-'))
  const link = await linkFor(desk, 'user:ann', 'invite')
  const entrance = { door: 'api', address: '', requestId: '' } as const
  await setPasswordByLink(desk, { link, password: 'vier paarden zingen zacht' }, entrance)
  await operations.execute(
    `INSERT INTO mails (mail_id, message_id, kind, account_id, user_id, sender_name, sender_email,
       recipient_name, recipient_email, language, subject, text_body, html_body, created_ms,
       next_attempt_ms, state)
     VALUES ('0123456789abcdef', 'm@tik', 'limit', 'A1', 'ann', 's', 's@tik.example', 'Ann',
       'ann@a1.example', 'nl', 'About Ann', 'Dear Ann', '<p>Dear Ann', 1, 1, 'queued')`,
  )
  const copy = join(desk.folder.subfolder('mails'), '19700101-000000-ann-0123456789ab.eml')
  writeFileSync(copy, 'Dear Ann')
  const { mailsCount } = await exportUser(desk, { person: 'user:ann', folder })
  const told = readFileSync(join(folder, 'person.json'), 'utf8')
  expect(told).toContain('ann@a1.example')
  expect(told).toContain('Dear Ann')
  expect(told).not.toContain('argon2id')
  expect(mailsCount).toBe(1)
  const held = await hold(desk, { accountId: 'A1', reason: 'disputes' })
  await expect(eraseUserOf(desk, 'user:ann')).rejects.toThrow('on hold')
  await release(desk, held.holdId)
  expect(await eraseUserOf(desk, 'user:ann')).toBe(1)
  await expect(exportUser(desk, { person: 'user:ann', folder })).rejects.toThrow('no user:ann')
  expect(existsSync(copy)).toBe(false)
  for (const table of ['passwords', 'access_links', 'person_access', 'sessions']) {
    const left = await operations.query(
      `SELECT 1 AS one FROM ${table} WHERE person = 'user:ann'`,
      [],
      z.object({ one: z.int() }),
    )
    expect(left, table).toEqual([])
  }
  const mails = await operations.query(
    "SELECT * FROM mails WHERE user_id = 'ann'",
    [],
    z.record(z.string(), z.unknown()),
  )
  expect(mails).toMatchObject([{ state: 'failed', recipient_email: '', subject: '' }])
  expect(JSON.stringify(mails)).not.toContain('Ann')
  rmSync(folder, { recursive: true })
})

test('the audit log has every run, hold and release, and no number', async () => {
  const entries = await auditOf(desk, { limit: 100 })
  const acts = entries.map(({ act }) => act).filter((act) => /^(retention|person)\./.test(act))
  expect(new Set(acts)).toEqual(
    new Set([
      'retention.run',
      'retention.hold',
      'retention.release',
      'person.export',
      'person.erase',
    ]),
  )
  expect(JSON.stringify(entries)).not.toContain(OTHER_PARTY)
})
