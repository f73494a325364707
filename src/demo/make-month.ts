/**
 * The invented month: accounts, sources and CDR files of one reseller's customers, the same bytes for
 * the same seed. Day by day, so that a month of any size takes the memory of one day.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { dayFromIso } from '../core/time/period.ts'
import { directoryDocumentSchema } from '../directory/document/directory-schema.ts'
import type { DirectoryDocument } from '../directory/document/directory-schema.ts'
import { DEMO_STORY, type Story } from './demo-story.ts'
import { addGeneratedCompanies } from './generated-companies.ts'
import type { WrittenDirectory } from './generated-companies.ts'
import { linesOfDocument } from './lines-of-document.ts'
import { exchangeFeed, supplierFeed } from './record-feeds.ts'
import type { RecordFeed } from './record-feeds.ts'
import { writeFeed } from './write-feed.ts'

export interface DemoMonthSettings {
  readonly folder: string
  /** The same seed, accounts and period give the same bytes. */
  readonly seed: number
  /** Companies in all; three have a story, the others are generated. At least 3. */
  readonly accounts: number
  /** 'YYYY-MM'. The story was written for 2026-10. */
  readonly period: string
  /** What differs from what a plan usually does; the story of the companies where nothing is said. */
  readonly story?: Story
  /** Called after each day of each source, for a progress bar. */
  readonly onDay?: (done: { days: number; of: number }) => void
}

export interface DemoMonth {
  /** accounts.yaml, or accounts.json when companies were generated (read twenty times faster). */
  readonly accountsFile: string
  readonly sourcesFile: string
  /** In the order in which they would have arrived from each source. */
  readonly files: readonly DemoFile[]
  readonly recordsCount: number
}

export interface DemoFile {
  readonly sourceId: string
  readonly path: string
  /** Lines that are records: without header and trailer. */
  readonly recordsCount: number
}

/** The seed for which the story's limits are tested. */
export const DEMO_SEED = 1
export const DEMO_PERIOD = '2026-10'
const STORY_ACCOUNTS_COUNT = 3
const FIXTURES = fileURLToPath(new URL('../../fixtures/demo/', import.meta.url))

/**
 * Writes accounts, sources.yaml and cdr/<sourceId>/ into the folder, which may exist. Throws
 * `usage_error` when the settings make no month.
 */
export function writeDemoMonth(settings: DemoMonthSettings): DemoMonth {
  const days = daysOf(settings)
  mkdirSync(settings.folder, { recursive: true })
  const sourcesFile = join(settings.folder, 'sources.yaml')
  copyFileSync(join(FIXTURES, 'sources.yaml'), sourcesFile)
  const { accountsFile, document } = writeAccounts(settings)

  const feeds = feedsOf(document, days, settings.story ?? DEMO_STORY)
  const of = days.length * feeds.length
  let done = 0
  const files = feeds.flatMap((feed) =>
    writeFeed(feed, {
      folder: join(settings.folder, 'cdr', feed.sourceId),
      seed: settings.seed,
      days,
      onDay: () => settings.onDay?.({ days: (done += 1), of }),
    }),
  )
  const recordsCount = files.reduce((sum, file) => sum + file.recordsCount, 0)
  return { accountsFile, sourcesFile, files, recordsCount }
}

function feedsOf(document: DirectoryDocument, days: readonly number[], story: Story): RecordFeed[] {
  const lines = linesOfDocument(document, story)
  const at = (home: 'NL' | 'BE') => lines.voip.filter((line) => line.home === home)
  return [
    exchangeFeed({ sourceId: 'pbx-rotterdam', timeZone: 'Europe/Amsterdam', lines: at('NL') }),
    exchangeFeed({ sourceId: 'pbx-brussel', timeZone: 'Europe/Brussels', lines: at('BE') }),
    supplierFeed({ sourceId: 'mobiel', timeZone: 'Europe/Amsterdam', lines: lines.mobile, days }),
  ]
}

/** The story's file as it is written, with its comments; or with generated companies, as JSON. */
function writeAccounts(settings: DemoMonthSettings): {
  accountsFile: string
  document: DirectoryDocument
} {
  const { folder, accounts } = settings
  const original = join(FIXTURES, 'accounts.yaml')
  const written: unknown = parse(readFileSync(original, 'utf8'))
  if (accounts === STORY_ACCOUNTS_COUNT) {
    const accountsFile = join(folder, 'accounts.yaml')
    copyFileSync(original, accountsFile)
    return { accountsFile, document: directoryDocumentSchema.parse(written) }
  }
  const enlarged: WrittenDirectory = directoryDocumentSchema.parse(written)
  const partnerId = enlarged.partners[0]?.id ?? ''
  addGeneratedCompanies(enlarged, accounts - STORY_ACCOUNTS_COUNT, partnerId)
  const accountsFile = join(folder, 'accounts.json')
  writeFileSync(accountsFile, JSON.stringify(enlarged))
  return { accountsFile, document: directoryDocumentSchema.parse(enlarged) }
}

const settingsSchema = z.object({
  accounts: z.int().min(STORY_ACCOUNTS_COUNT).max(100_000),
  period: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/),
})

/** Local days of the month, in days since 1970-01-01. */
function daysOf(settings: DemoMonthSettings): number[] {
  const parsed = settingsSchema.safeParse(settings)
  if (!parsed.success) {
    throw new TikError('usage_error', 'a demo has 3 to 100,000 accounts and a month like 2026-10')
  }
  const [year = 0, month = 0] = settings.period.split('-').map((part) => Number.parseInt(part, 10))
  const first = dayFromIso(`${settings.period}-01`)
  const daysCount = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return Array.from({ length: daysCount }, (_, index) => first + index)
}
