/** The day that is besieged: the commands of a billing month in their order, each at its time. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hand } from './site.ts'
import type { Site } from './site.ts'

export type StepName =
  | 'accounts'
  | 'first files'
  | 'second files'
  | 'accounts mended'
  | 'replay'
  | 'rerate'
  | 'third files'
  | 'packed files'
  | 'limit mails'
  | 'bill run'
  | 'invoice mails'
  | 'late mails'

export interface Step {
  readonly name: StepName
  readonly clockMs: number
  /** What others do before: deliver files, change a document. */
  prepare(site: Site): void
  argv(site: Site): readonly string[]
}

const BEGIN_MS = Date.parse('2026-11-02T06:00:00Z')
const STEP_MS = 1_800_000
/** Files look older than the time that they may still be written to. */
const AGE_MS = 3_600_000

const nothing = () => undefined
const folders = () => ['ingest', '--folders']
const mails = () => ['alerts', 'send']

const STEPS: readonly Omit<Step, 'clockMs'>[] = [
  {
    name: 'accounts',
    prepare: settle,
    argv: ({ company }) => ['accounts', 'import', company.accountsBefore],
  },
  { name: 'first files', prepare: (site) => deliverWeeks(site, [1, 2]), argv: folders },
  { name: 'second files', prepare: deliverSecond, argv: folders },
  {
    name: 'accounts mended',
    prepare: nothing,
    argv: ({ company }) => ['accounts', 'import', company.accountsAfter],
  },
  { name: 'replay', prepare: nothing, argv: () => ['rejects', 'replay'] },
  {
    name: 'rerate',
    prepare: (site) => putCatalogue(site, site.company.catalogueAfter),
    argv: () => 'rerate --account noordzee --from 2026-10-01 --to 2026-10-31 --confirm'.split(' '),
  },
  { name: 'third files', prepare: (site) => deliverWeeks(site, [4]), argv: folders },
  { name: 'packed files', prepare: nothing, argv: ({ company }) => ['ingest', ...packed(company)] },
  { name: 'limit mails', prepare: nothing, argv: mails },
  { name: 'bill run', prepare: nothing, argv: () => 'bill run --period 2026-10'.split(' ') },
  { name: 'invoice mails', prepare: nothing, argv: mails },
  // A mail that was leaving when its run was killed is claimed for some minutes.
  { name: 'late mails', prepare: nothing, argv: mails },
]

export const DAY: readonly Step[] = STEPS.map((step, index) => ({
  ...step,
  clockMs: BEGIN_MS + index * STEP_MS,
}))

export const DAY_ENDS_MS = BEGIN_MS + STEPS.length * STEP_MS

export function spoolOf(site: Site, source: string): string {
  return join(site.dataFolder, 'spool', source)
}

/** A file that was whole long before the day began, or that somebody writes to all day. */
export function makeOld(path: string | Buffer, since: 'long ago' | 'just now' = 'long ago'): void {
  const seconds = (since === 'long ago' ? BEGIN_MS - AGE_MS : DAY_ENDS_MS) / 1_000
  utimesSync(path, seconds, seconds)
}

/** An installation before its first command. */
function settle(site: Site): void {
  mkdirSync(site.dataFolder, { recursive: true, mode: 0o700 })
  chmodSync(site.dataFolder, 0o700)
  copyFileSync(site.company.sourcesFile, join(site.dataFolder, 'sources.yaml'))
  putCatalogue(site, site.company.catalogueBefore)
  for (const source of sourcesOf(site)) mkdirSync(spoolOf(site, source), { recursive: true })
  hand(site, site.dataFolder)
}

function putCatalogue(site: Site, from: string): void {
  const path = join(site.dataFolder, 'catalogue')
  rmSync(path, { recursive: true, force: true })
  cpSync(from, path, { recursive: true })
  hand(site, path)
}

function sourcesOf({ company }: Site): string[] {
  return readdirSync(company.weeks[0] ?? '').sort()
}

function deliverWeeks(site: Site, weeks: readonly number[]): void {
  for (const week of weeks) {
    for (const { source, name, path } of filesOf(site.company.weeks[week - 1] ?? '')) {
      const to = join(spoolOf(site, source), name)
      copyFileSync(path, to)
      makeOld(to)
    }
  }
  hand(site, join(site.dataFolder, 'spool'))
}

/** Odd but right: a file of nothing, and one whose name is not UTF-8 and whose records come again. */
function deliverSecond(site: Site): void {
  const [file] = filesOf(site.company.weeks[2] ?? '').filter(({ source }) => source !== 'mobiel')
  if (file === undefined) throw new Error('a week has files of exchanges')
  const folder = spoolOf(site, file.source)
  const latin = Buffer.concat([Buffer.from(join(folder, 'priv')), Buffer.from([0xe9])])
  writeFileSync(latin, `${readFileSync(file.path, 'utf8').split('\n').slice(5, 15).join('\n')}\n`)
  const empty = join(folder, 'empty.csv')
  writeFileSync(empty, '')
  for (const path of [latin, empty]) makeOld(path)
  deliverWeeks(site, [3])
}

function packed({ weeks }: Site['company']): string[] {
  return filesOf(weeks[4] ?? '').map(({ path }) => path)
}

export function filesOf(week: string): { source: string; name: string; path: string }[] {
  return readdirSync(week)
    .sort()
    .flatMap((source) =>
      readdirSync(join(week, source)).map((name) => {
        return { source, name, path: join(week, source, name) }
      }),
    )
}
