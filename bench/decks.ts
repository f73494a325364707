/**
 * `npm run bench -- decks`: price decks of a carrier's size, 20 × 100,000 codes. How long a command waits for
 * them the first time and from the compiled form, what the process holds then at most, and how many
 * numbers a second find their row.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import { createDeckHit, findDeckRow } from '../src/catalogue/decks/find-row.ts'
import { createNumberKey, takeNumber } from '../src/catalogue/decks/number-key.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { median, report } from './report.ts'

const DECKS_COUNT = 20
const CODES_COUNT = 100_000
const NUMBERS_COUNT = 65_536
const LOOKUPS_PER_RUN = 4_000_000
const RUNS_COUNT = 5
const AT_MS = Date.UTC(2026, 9, 15)
const LOADS_COUNT = 3
const MEGABYTE = 1024 * 1024

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-decks-'))
  const cacheFolder = join(folder, 'cache')
  const catalogueFolder = mkdtempSync(join(folder, 'catalogue-'))
  try {
    writeDecks(catalogueFolder)
    const first = loadApart(catalogueFolder, cacheFolder)
    const again = Array.from({ length: LOADS_COUNT }, () => loadApart(catalogueFolder, cacheFolder))
    report('decks', 'load_seconds', first.seconds, 's')
    report('decks', 'load_again_seconds', median(again.map(({ seconds }) => seconds)), 's')
    report('decks', 'memory_mb', median(again.map(({ megabytes }) => megabytes)), 'MB')
    report('decks', 'memory_first_mb', first.megabytes, 'MB')
    const catalogue = await loadCatalogue(catalogueFolder, { cacheFolder })
    report('decks', 'lookups_per_second', lookupsPerSecond(catalogue), '1/s')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const loadedSchema = z.object({ seconds: z.number(), megabytes: z.number() })

/** In a process of its own, so that its memory is that of loading and nothing else. */
function loadApart(folder: string, cacheFolder: string): z.infer<typeof loadedSchema> {
  const output = execFileSync(process.execPath, [import.meta.filename, folder, cacheFolder], {
    encoding: 'utf8',
  })
  return loadedSchema.parse(JSON.parse(output))
}

/** Whole processes are compared: `megabytes` is what this one held at most, Node itself with it. */
async function loadHere(folder: string, cacheFolder: string): Promise<void> {
  const startMs = performance.now()
  const catalogue = await loadCatalogue(folder, { cacheFolder })
  const seconds = (performance.now() - startMs) / 1000
  const megabytes = (process.resourceUsage().maxRSS * 1024) / MEGABYTE
  if (catalogue.priceDecks.size !== DECKS_COUNT) throw new Error('not all decks were loaded')
  console.log(JSON.stringify({ seconds, megabytes }))
}

function lookupsPerSecond(catalogue: Catalogue): number {
  const decks = [...catalogue.priceDecks.values()]
  const numbers = Array.from({ length: NUMBERS_COUNT }, (_, index) => `+${numberOf(index)}`)
  const [key, hit] = [createNumberKey(), createDeckHit()]
  function run(): number {
    let found = 0
    for (let index = 0; index < LOOKUPS_PER_RUN; index += 1) {
      takeNumber(key, numbers[index % NUMBERS_COUNT]!, 'NL')
      if (findDeckRow(decks[index % DECKS_COUNT]!, key, AT_MS, hit)) found += 1
    }
    return found
  }
  if (run() < LOOKUPS_PER_RUN / 2) throw new Error('most numbers have a row')
  const rates = Array.from({ length: RUNS_COUNT }, () => {
    const startMs = performance.now()
    run()
    return (LOOKUPS_PER_RUN * 1000) / (performance.now() - startMs)
  })
  return median(rates)
}

function writeDecks(folder: string): void {
  writeFileSync(join(folder, 'catalogue.yaml'), 'catalogue: { timeZone: Europe/Amsterdam }\n')
  const codes = codesOf()
  for (let deck = 0; deck < DECKS_COUNT; deck += 1) {
    const lines = codes.map((code, index) => {
      const price = ((index * 7919 + deck * 104_729) % 5_000) + 1
      const from = index % 50 === 0 ? '2026-01-01' : ''
      const area = code.slice(0, 4)
      return `${code},Area ${area},0.${String(price).padStart(4, '0')},,1,1,,,,${from},`
    })
    const header = 'code,destination,price,fee,first,next,minimum,maximum,cover,from,until'
    writeFileSync(join(folder, `deck${deck}.prices.csv`), `${header}\n${lines.join('\n')}\n`)
  }
}

/** Countries, areas in them and operators in those, as an A-Z list has them; sorted. */
function codesOf(): string[] {
  const codes = new Set<string>()
  for (let index = 0; codes.size < CODES_COUNT; index += 1) {
    const digits = numberOf(index)
    codes.add(digits.slice(0, 2 + (index % 6)))
    codes.add(digits.slice(0, 7))
  }
  return [...codes].slice(0, CODES_COUNT).sort()
}

/** Twelve digits all over the world, the same every time. */
function numberOf(index: number): string {
  const digits = String((index * 104_729 * 31) % 1_000_000_007).padStart(10, '0')
  return `${(index % 9) + 1}${digits.slice(-9)}55`
}

const [folder, cacheFolder] = process.argv.slice(2)
if (process.argv[1] === import.meta.filename && folder !== undefined) {
  await loadHere(folder, cacheFolder ?? '')
}
