/**
 * What a day is made of, written once for all seeds: the demo's company with every eighth record, its
 * accounts without and with the subscriptions that somebody forgot, and a catalogue whose price changes.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { DEMO_PERIOD, DEMO_SEED, writeDemoMonth } from '../../src/demo/make-month.ts'

export interface Company {
  readonly sourcesFile: string
  readonly accountsBefore: string
  readonly accountsAfter: string
  readonly catalogueBefore: string
  readonly catalogueAfter: string
  /** Folders of weeks; in each a folder for each source. */
  readonly weeks: readonly string[]
}

/**
 * Nobody has these at first: their usage waits in suspense. No extension is among them: a call between
 * two was the other's meanwhile, and `tik verify` would name it.
 */
const FORGOTTEN = new Set(['noordzee-free', 'noordzee-driver-03', 'vandamme-sim-02'])
/** The month is too long for a day: one record of so many. */
const RECORDS_STEP = 8
const WEEKS_COUNT = 5
/** Limits of a whole month would not be reached. */
const LIMITS = { 'account-total': '20.00', 'voip-total': '10.00', 'roaming-spend': '5.00' }
const PRICE = { file: 'rates.yaml', before: '"0.0725/min"', after: '"0.0825/min"' }

export function writeCompany(folder: string): Company {
  const month = join(folder, 'month')
  const { accountsFile } = writeDemoMonth({
    folder: month,
    seed: DEMO_SEED,
    accounts: 3,
    period: DEMO_PERIOD,
  })
  const catalogueBefore = join(folder, 'catalogue-before')
  const catalogueAfter = join(folder, 'catalogue-after')
  for (const path of [catalogueBefore, catalogueAfter]) {
    cpSync('fixtures/catalogue', path, { recursive: true })
  }
  const rates = join(catalogueAfter, PRICE.file)
  const text = readFileSync(rates, 'utf8')
  if (!text.includes(PRICE.before)) throw new Error(`${PRICE.file} has no price ${PRICE.before}`)
  writeFileSync(rates, text.replaceAll(PRICE.before, PRICE.after))
  return {
    ...writeAccounts(folder, readFileSync(accountsFile, 'utf8')),
    sourcesFile: writeSources(folder, readFileSync(join(month, 'sources.yaml'), 'utf8')),
    catalogueBefore,
    catalogueAfter,
    weeks: writeWeeks(folder, join(month, 'cdr')),
  }
}

const accountsDocument = z.looseObject({
  subscriptions: z.array(z.looseObject({ id: z.string() })),
  limits: z.array(
    z.looseObject({ code: z.string(), amount: z.string(), subscription: z.string().optional() }),
  ),
})

function writeAccounts(folder: string, text: string) {
  const document = accountsDocument.parse(parse(text))
  const amounts: Record<string, string> = LIMITS
  const limits = document.limits.map((limit) => ({
    ...limit,
    amount: amounts[limit.code] ?? limit.amount,
  }))
  const known = document.subscriptions.filter(({ id }) => !FORGOTTEN.has(id))
  const referred = limits.filter(({ subscription }) => !FORGOTTEN.has(subscription ?? ''))
  const accountsBefore = join(folder, 'accounts-before.yaml')
  const accountsAfter = join(folder, 'accounts-after.yaml')
  writeFileSync(accountsBefore, stringify({ ...document, limits: referred, subscriptions: known }))
  writeFileSync(accountsAfter, stringify({ ...document, limits }))
  return { accountsBefore, accountsAfter }
}

const sourcesDocument = z.object({ sources: z.array(z.looseObject({ sourceId: z.string() })) })

/** Each source gets a spool folder in the data folder. */
function writeSources(folder: string, text: string): string {
  const { sources } = sourcesDocument.parse(parse(text))
  const path = join(folder, 'sources.yaml')
  const withFolders = sources.map((source) => ({
    ...source,
    folder: { path: `spool/${source.sourceId}`, settleSeconds: 10 },
  }))
  writeFileSync(path, stringify({ sources: withFolders }))
  return path
}

function writeWeeks(folder: string, cdr: string): string[] {
  return Array.from({ length: WEEKS_COUNT }, (_, week) => {
    const path = join(folder, `week-${week + 1}`)
    for (const source of readdirSync(cdr)) {
      const name = readdirSync(join(cdr, source)).sort()[week] ?? ''
      const thinned = thin(readFileSync(join(cdr, source, name), 'utf8'))
      mkdirSync(join(path, source), { recursive: true })
      const isPacked = week === WEEKS_COUNT - 1
      const bytes = isPacked ? gzipSync(thinned) : thinned
      writeFileSync(join(path, source, isPacked ? `${name}.gz` : name), bytes)
    }
    return path
  })
}

/** Some of the records; the supplier's header stays, and its trailer counts what is left. */
function thin(text: string): string {
  const lines = text.trimEnd().split('\n')
  const header = lines[0]?.startsWith('Soort') === true ? lines.splice(0, 1) : []
  const trailer = lines.at(-1)?.startsWith('#EINDE') === true ? lines.splice(-1) : []
  const kept = lines.filter((_, index) => index % RECORDS_STEP === 0)
  return `${[...header, ...kept, ...trailer.map(() => `#EINDE;${kept.length}`)].join('\n')}\n`
}
