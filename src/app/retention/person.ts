/** What tik holds of one person, who is known by a number: as files, and erased as far as the law allows. */
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { queryFile } from '../../ledger/engine/query-file.ts'
import { ledgerRow, ROW_SELECTION } from '../../ledger/columns/read-fields.ts'
import { maskNumber } from '../../retention/retain-ledger.ts'
import { openHolds } from '../../retention/holds.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

const personQuery = queryFile<{ number: string }>()('person-usage', ledgerRow, {
  fields: ROW_SELECTION,
})

/**
 * `usage.jsonl`: every row that has the number. `subscriptions.json`: whose it is and was. `mails.json`: mails
 * to users of those accounts, without their text. Throws `usage_error` for what is no number.
 */
export async function exportPerson(
  desk: Desk,
  { number, folder }: { readonly number: string; readonly folder: string },
): Promise<{ usageCount: number; mailsCount: number }> {
  requireOperator(desk.caller)
  requireNumber(number)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let usageCount = 0
  async function* lines(): AsyncGenerator<string> {
    for await (const rows of desk.clickhouse.stream(personQuery, { number })) {
      usageCount += rows.length
      yield rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    }
  }
  await pipeline(lines, createWriteStream(join(folder, 'usage.jsonl'), { mode: 0o600 }))
  const directory = await directoryOf(desk)
  const subscriptions = directory.subscriptions.filter(({ identities }) =>
    identities.some(({ kind, value }) => kind === 'number' && value === number),
  )
  const accounts = new Set(subscriptions.map(({ accountId }) => accountId))
  const users = directory.users.filter(({ accountId }) => accounts.has(accountId))
  const mails = await desk.operations.query(
    `SELECT mail_id, kind, user_id, recipient_name, recipient_email, subject, created_ms FROM mails
     WHERE account_id = ANY($1::text[]) ORDER BY created_ms, mail_id`,
    [[...accounts]],
    z.record(z.string(), z.unknown()),
  )
  const files = { 'subscriptions.json': { subscriptions, users }, 'mails.json': mails }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), `${JSON.stringify(content, jsonValue, 2)}\n`, {
      mode: 0o600,
    })
  }
  await noteOf(desk, 'person.export', number)
  return { usageCount, mailsCount: mails.length }
}

/**
 * Masks the number wherever it is the other party's. A customer's own number stays: what they are billed by is
 * kept as long as their invoices. Returns how many rows had it. Throws `usage_error` where an account that has
 * such rows is on hold.
 */
export async function erasePerson(desk: Desk, number: string): Promise<number> {
  requireOperator(desk.caller)
  requireNumber(number)
  const held = new Set((await openHolds(desk.operations)).map(({ accountId }) => accountId))
  let count = 0
  for await (const rows of desk.clickhouse.stream(personQuery, { number })) {
    const others = rows.filter(({ servedNumber }) => servedNumber !== number)
    const kept = others.find(({ accountId }) => held.has(accountId))
    if (kept !== undefined) {
      throw new TikError('usage_error', `usage of ${kept.accountId} has it, which is on hold`, {
        hint: 'release the hold when the dispute is over: `tik retain holds`',
      })
    }
    count += others.length
  }
  await maskNumber(desk.clickhouse, number)
  await noteOf(desk, 'person.erase', number)
  return count
}

/** The log keeps its last digits only: it must not be what remembers a number for ever. */
function noteOf(desk: Desk, act: string, number: string): Promise<void> {
  return note(desk, { act, subject: `number …${number.slice(-3)}`, accountId: '', partnerId: '' })
}

function requireNumber(number: string): void {
  if (/^\+\d{5,15}$/.test(number)) return
  throw new TikError('usage_error', `"${number}" is no number in E.164, such as +31612345678`)
}

/** An open end is written as null. */
function jsonValue(_key: string, value: unknown): unknown {
  return value === Infinity ? null : value
}
