/** What tik holds of a person who signs in or gets mails: as a file, and erased where they ask for it. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { PersonKey } from '../../identity/person.ts'
import { withinTransaction } from '../../postgres/within-transaction.ts'
import { openHolds } from '../../retention/holds.ts'
import { eraseUser, userData } from '../../retention/user-data.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

/** `person.json`: who they are, their sessions, passkeys, mails, and what they did. Throws `not_found`. */
export async function exportUser(
  desk: Desk,
  { person, folder }: { readonly person: PersonKey; readonly folder: string },
): Promise<{ readonly mailsCount: number; readonly actsCount: number }> {
  requireOperator(desk.caller)
  const data = await userData(desk.operations, person)
  if (data.person.length === 0) throw new TikError('not_found', `there is no ${person}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'person.json'), `${JSON.stringify(data, null, 2)}\n`, {
    mode: 0o600,
  })
  await note(desk, { act: 'person.export', subject: person, ...NOBODYS })
  return { mailsCount: data.mails.length, actsCount: data.acts.length }
}

/**
 * They cannot sign in and get no mail any more; of mails to them it stays that they went, and when. The logs of
 * what was done and changed stay as they are. Returns how many mails there were. Throws `not_found`, and
 * `usage_error` where their account is on hold.
 */
export async function eraseUserOf(desk: Desk, person: PersonKey): Promise<number> {
  requireOperator(desk.caller)
  const { person: found } = await userData(desk.operations, person)
  const [known] = found
  if (known === undefined) throw new TikError('not_found', `there is no ${person}`)
  const held = (await openHolds(desk.operations)).find(
    ({ accountId }) => known['kind'] === 'user' && accountId === known['account_id'],
  )
  if (held !== undefined) {
    throw new TikError('usage_error', `${person} is of ${held.accountId}, which is on hold`, {
      hint: 'release the hold when the dispute is over: `tik retain holds`',
    })
  }
  const mailIds = await desk.operations.transaction(async (sql) => {
    const erased = await eraseUser(sql, person, systemClock.nowMs())
    const within = { operations: withinTransaction(sql), caller: desk.caller }
    await note(within, { act: 'person.erase', subject: person, ...NOBODYS })
    return erased
  })
  await removeCopies(desk.folder.subfolder('mails'), mailIds)
  return mailIds.length
}

const NOBODYS = { accountId: '', partnerId: '' }

/** As src/mail/folder-mailer.ts names them. */
async function removeCopies(folder: string, mailIds: readonly string[]): Promise<void> {
  const ends = new Set(mailIds.map((mailId) => `${mailId.slice(0, 12)}.eml`))
  for (const name of await readdir(folder).catch(() => [])) {
    if (ends.has(name.slice(name.lastIndexOf('-') + 1)))
      await rm(join(folder, name), { force: true })
  }
}
