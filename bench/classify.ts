/**
 * `npm run bench -- classify`: usages classified a second (destination, location and call type)
 * with the sample catalogue and a deck of 20,000 prefixes, and the bytes that one of them leaves
 * behind.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { createClassifier } from '../src/catalogue/classify/classify.ts'
import type { Classifier, UsageTraits } from '../src/catalogue/classify/classify.ts'
import { deckCsv, makeDeck } from '../scripts/make-deck.ts'
import { median, report } from './report.ts'

const PREFIXES_COUNT = 20_000
const NUMBERS_COUNT = 4096
const USAGES_PER_RUN = 2_000_000
const RUNS_COUNT = 5
const AT_MS = Date.UTC(2026, 9, 15)
const NETWORKS = ['', '', '', '', '', '', '', '262-01', '228-01', '901-14']

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-classify-'))
  try {
    cpSync('fixtures/catalogue', folder, { recursive: true })
    writeFileSync(join(folder, 'deck.csv'), deckCsv(makeDeck({ rowsMin: PREFIXES_COUNT })))
    const loadStartMs = performance.now()
    const catalogue = await loadCatalogue(folder)
    const compileStartMs = performance.now()
    const classifier = createClassifier(catalogue)
    const endMs = performance.now()
    report('classify', 'load_catalogue', compileStartMs - loadStartMs, 'ms')
    report('classify', 'compile_classifier', endMs - compileStartMs, 'ms')
    measureRuns(classifier, numbersOf(catalogue))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measureRuns(classifier: Classifier, numbers: readonly string[]): void {
  classifyMany(classifier, numbers) // Warm-up.
  const rates: number[] = []
  const heapBefore = process.memoryUsage().heapUsed
  for (let run = 0; run < RUNS_COUNT; run += 1) {
    const startMs = performance.now()
    classifyMany(classifier, numbers)
    rates.push((USAGES_PER_RUN * 1000) / (performance.now() - startMs))
  }
  const heapGrowth = process.memoryUsage().heapUsed - heapBefore
  report('classify', 'usage_per_second', median(rates), '1/s')
  report('classify', 'bytes_per_usage', heapGrowth / (RUNS_COUNT * USAGES_PER_RUN), 'bytes')
}

/** Returns a sum of what it found, so that nothing can be optimised away. */
function classifyMany(classifier: Classifier, numbers: readonly string[]): number {
  const traits: UsageTraits = {
    product: 'mobile',
    kind: 'voice',
    direction: 'out',
    location: '',
    destinationClass: '',
    destinationZone: '',
  }
  let sum = 0
  for (let index = 0; index < USAGES_PER_RUN; index += 1) {
    const number = numbers[index % NUMBERS_COUNT] ?? ''
    const network = NETWORKS[index % NETWORKS.length] ?? ''
    const destination = classifier.destinationOf(number, 'voice', 'NL', AT_MS)
    traits.location = classifier.locationOf(network, 'NL', AT_MS) ?? ''
    traits.destinationClass = destination?.destinationClass ?? ''
    traits.destinationZone = destination?.zone ?? ''
    sum += classifier.callTypeOf(traits)
  }
  return sum
}

/** Numbers of twelve digits all over the deck. */
function numbersOf({ destinations }: Catalogue): string[] {
  return Array.from({ length: NUMBERS_COUNT }, (_, index) => {
    const { prefix = '31' } = destinations[(index * 7919) % destinations.length] ?? {}
    return `+${`${prefix}123456789012`.slice(0, 12)}`
  })
}
