/** An export that is too large to wait for: whoever asked gets a link, and nobody else's usage. */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { exportByMail } from '../../api/jobs/export-by-mail.ts'
import { openMailedExport } from './mail-export.ts'
import { callerOfPerson } from '../access/caller-of.ts'
import type { Desk } from '../desk.ts'
import { askJob, jobOf } from '../jobs/jobs-of.ts'
import { runJobs } from '../jobs/run-jobs.ts'
import { createLog } from '../../core/watch/log.ts'
import { personByKey } from '../../identity/person.ts'
import type { Job } from '../../jobs/job-rows.ts'
import { exportOfLink, KEPT_MS } from '../../reports/kept-exports.ts'
import { openSmallDoor, type SmallDoor } from '../../../test/small-door.ts'

const log = createLog('error', () => {})
const PUBLIC_URL = 'https://tik.example'
const WISH = { period: '2026-10' }

let door: SmallDoor
beforeAll(async () => {
  door = await openSmallDoor()
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

async function deskOf(key: 'user:ann' | 'user:bob'): Promise<Desk> {
  const person = await personByKey(door.desk.operations, key)
  if (person === undefined) throw new Error(`there is ${key}`)
  const caller = callerOfPerson(person, { door: 'api', address: '', requestId: '' })
  return { ...door.desk, caller }
}

async function ended(desk: Desk, wish: unknown, publicUrl: string | undefined): Promise<Job> {
  const stores = { ...door.desk, config: { ...door.desk.config, publicUrl } }
  await using _ = runJobs(stores, { kinds: [exportByMail], log, lookMs: 20 })
  const { jobId } = await askJob(desk, exportByMail, wish)
  for (;;) {
    const job = await jobOf(door.desk, jobId)
    if (job.finishedMs !== undefined) return job
    await sleep(20)
  }
}

async function mailsOf(userId: string): Promise<{ subject: string; text_body: string }[]> {
  const mail = z.object({ subject: z.string(), text_body: z.string() })
  const sql = "SELECT subject, text_body FROM mails WHERE kind = 'export' AND user_id = $1"
  return door.desk.operations.query(sql, [userId], mail)
}

const linkIn = (text = '') => /https:\/\/tik\.example(\/exports\/\S+)/.exec(text)?.[1] ?? ''

test('whoever asks gets a mail with a link to their own usage, and to nobody else’s', async () => {
  const job = await ended(await deskOf('user:ann'), { ...WISH, format: 'excel' }, PUBLIC_URL)
  expect(job).toMatchObject({
    state: 'done',
    result: { rows: 1, fileName: 'usage-2026-10.csv' },
  })
  const [mail, ...others] = await mailsOf('ann')
  expect(others).toEqual([])
  expect(mail?.subject).toContain('usage-2026-10.csv')
  expect(await mailsOf('bob')).toEqual([])
  const response = await door.ask(linkIn(mail?.text_body))
  expect(response.status).toBe(200)
  expect(response.headers.get('Content-Disposition')).toContain('usage-2026-10.csv')
  const secret = linkIn(mail?.text_body).slice('/exports/'.length)
  const [before, after] = [Date.now() + KEPT_MS - 60_000, Date.now() + KEPT_MS + 1]
  expect(await exportOfLink(door.desk.operations, secret, before)).toMatchObject({ rowsCount: 1 })
  expect(await exportOfLink(door.desk.operations, secret, after)).toBeUndefined()
  const entrance = { door: 'api', address: '', requestId: '' } as const
  expect(await openMailedExport(door.desk, secret, entrance)).toMatchObject({ person: 'user:ann' })
  const file = await response.text()
  expect(file.trim().split('\r\n')).toHaveLength(2)
  expect(file).toContain('+31201234567')
  expect(file).not.toContain('+31207654321')
})

test('a link that is over, was never made, or is of somebody blocked opens nothing', async () => {
  await ended(await deskOf('user:bob'), WISH, PUBLIC_URL)
  const [mail] = await mailsOf('bob')
  const link = linkIn(mail?.text_body)
  const status = async (path: string) => (await door.ask(path)).status
  expect(await status(link)).toBe(200)
  expect(await status(`${link}x`)).toBe(404)
  const { operations } = door.desk
  await operations.execute(
    "INSERT INTO person_access (person, roles, blocked_ms) VALUES ('user:bob', '{}', 1)",
    [],
  )
  expect(await status(link)).toBe(404)
  await operations.execute("DELETE FROM person_access WHERE person = 'user:bob'", [])
  expect(await status(link)).toBe(200)
  await operations.execute('UPDATE kept_exports SET expires_ms = 1', [])
  expect(await status(link)).toBe(404)
})

test('what no link opens any more is deleted when the next one is made', async () => {
  const folder = door.desk.folder.subfolder('exports')
  await door.desk.operations.execute('UPDATE kept_exports SET expires_ms = 1', [])
  expect(readdirSync(folder).length).toBeGreaterThan(1)
  await ended(await deskOf('user:ann'), { ...WISH, format: 'parquet' }, PUBLIC_URL)
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.parquet$/)])
})

test('who has no address, and a door that nobody can be led to, is told so', async () => {
  const failed = { state: 'failed', error: { code: 'usage_error' } }
  expect(await ended(door.desk, WISH, PUBLIC_URL)).toMatchObject(failed)
  const nowhere = await ended(await deskOf('user:ann'), WISH, undefined)
  expect(nowhere).toMatchObject({ error: { hint: 'set TIK_PUBLIC_URL' } })
})
