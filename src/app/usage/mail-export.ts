/**
 * An export that is too large to wait for (T4): it is written into the data folder, and whoever asked gets a mail
 * with a link that opens it for three days.
 */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { personByKey, type Person } from '../../identity/person.ts'
import { newPublicId } from '../../identity/secret-token.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import { exportFileKind, type ExportFormatName } from '../../reports/export-format.ts'
import { exportOfLink, forgetExports, keepExport, KEPT_MS } from '../../reports/kept-exports.ts'
import type { KeptExport } from '../../reports/kept-exports.ts'
import { asOne } from '../as-one.ts'
import { callerOfPerson, type Entrance } from '../access/caller-of.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'
import { writeExportFile } from './export-file.ts'
import { exportMail } from './export-mail.ts'
import { exportOf, type DetailsQuestion } from './usage-reports.ts'

export interface MailExportWish {
  readonly question: DetailsQuestion
  readonly format: ExportFormatName
  readonly timeZone: string
}

export interface MailedExport {
  readonly rowsCount: number
  readonly bytes: number
  readonly fileName: string
  readonly expiresMs: number
}

/** Throws `usage_error` where nobody can be mailed, and what aborts the signal. */
export async function mailExport(
  desk: Desk,
  wish: MailExportWish,
  signal: AbortSignal,
): Promise<MailedExport> {
  const person = await mailableCaller(desk)
  const publicUrl = publicUrlOf(desk)
  await sweepExports(desk)
  const { question, timeZone } = wish
  const { format, ending, contentType } = exportFileKind(wish.format)
  const storedAs = `${newPublicId()}.${ending}`
  const path = join(desk.folder.subfolder('exports'), storedAs)
  // A part that a kill leaves is swept away when the folder is opened again.
  const { rowsCount } = await writeExportFile(
    { path, asked: '', continues: false },
    {
      signal,
      open: () => exportOf(desk, question, { format, timeZone }),
      startProgress: (total) => desk.talk.startProgress('export', total),
    },
  )
  const fileName = `usage-${question.period.label}.${ending}`
  const { size } = await stat(path)
  const kept: KeptExport = { person: person.key, storedAs, fileName, contentType, rowsCount }
  const directory = await directoryOf(desk)
  return asOne(desk, async (within) => {
    const nowMs = systemClock.nowMs()
    const secret = await keepExport(within.operations, kept, nowMs)
    const expiresMs = nowMs + KEPT_MS
    const told = {
      fileName,
      rowsCount,
      bytes: size,
      expiresMs,
      nowMs,
      url: linkTo(publicUrl, secret),
    }
    await queueMails(within.operations, [exportMail(person, directory, told)])
    await noteOf(within, person, 'export.mail', { fileName, rowsCount })
    return { rowsCount, bytes: size, fileName, expiresMs }
  })
}

/** What a link opens; undefined when it is over, or its person is blocked or gone. Notes who fetched it. */
export async function openMailedExport(
  desk: Omit<Desk, 'caller'>,
  secret: string,
  entrance: Entrance,
): Promise<(KeptExport & { readonly path: string }) | undefined> {
  const kept = await exportOfLink(desk.operations, secret, systemClock.nowMs())
  if (kept === undefined) return undefined
  const person = await personByKey(desk.operations, kept.person)
  if (person === undefined || person.isBlocked) return undefined
  const { fileName, rowsCount } = kept
  const within = { ...desk, caller: callerOfPerson(person, entrance) }
  await noteOf(within, person, 'export.fetch', { fileName, rowsCount })
  return { ...kept, path: join(desk.folder.subfolder('exports'), kept.storedAs) }
}

/** Deletes what no link opens any more. */
async function sweepExports({ operations, folder }: Desk): Promise<void> {
  for (const storedAs of await forgetExports(operations, systemClock.nowMs())) {
    await rm(join(folder.subfolder('exports'), storedAs), { force: true })
  }
}

const EXPORT_PATH = '/exports/'

function linkTo(publicUrl: string, secret: string): string {
  return `${publicUrl.replace(/\/$/, '')}${EXPORT_PATH}${secret}`
}

/** A program has no address, and neither has a terminal. */
async function mailableCaller({ caller, operations }: Desk): Promise<Person> {
  const key = /^(user|staff):(.+)$/.exec(caller.name)
  const person =
    key === null
      ? undefined
      : await personByKey(operations, `${key[1] === 'user' ? 'user' : 'staff'}:${key[2] ?? ''}`)
  if (person !== undefined && person.email !== '') return person
  throw new TikError('usage_error', `${caller.name} has no address for mail`, {
    hint: 'a person who is signed in can ask for it; a program uses GET /usage/export',
  })
}

function publicUrlOf({ config }: Desk): string {
  if (config.publicUrl !== undefined) return config.publicUrl
  throw new TikError(
    'config_invalid',
    'a mail can only have a link to an address that people reach',
    {
      hint: 'set TIK_PUBLIC_URL',
    },
  )
}

function noteOf(
  desk: Pick<Desk, 'operations' | 'caller'>,
  { accountId, partnerId }: Person,
  act: string,
  after: { fileName: string; rowsCount: number },
): Promise<void> {
  return note(desk, { act, subject: after.fileName, accountId, partnerId, after })
}
