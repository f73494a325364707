/** What the mutation check can change, and which tests must see it: one row an area. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { MutationKind } from './mutants-of.ts'

export interface MutationArea {
  /** Of the tree; what is left out is said with its reason. */
  readonly files: readonly string[]
  readonly kinds: readonly MutationKind[]
  /** Folders or files of tests that load the code: each is asked about the lines that it runs. */
  readonly tests: readonly string[]
  /** Tests that start commands: asked last, all of them, about whatever the others do not see. */
  readonly byCommand: readonly string[]
  /** The golden tables of rating see most of its mutants, hundreds of times as fast as a test run. */
  readonly areGoldenFirst: boolean
  /** Threads start faster; the embedded engine needs processes. */
  readonly pool: 'threads' | 'forks'
  /** A run of the commands that takes longer is one that does not end. */
  readonly commandMsMax: number
}

const RATING_FILES = [
  'limit/meter',
  'memory/balance',
  'memory/entitlement',
  'memory/lane',
  'memory/lane-index',
  'price/price-in-range',
  'price/price-rating',
  'apply-rating',
  'session/apply-session',
  'memory/sums',
].map((name) => `src/rating/${name}.ts`)

/** They speak with a broker, and the conformance tests over one take minutes: `npm test` runs them. */
const OVER_A_BROKER = [
  'kafkajs-admin',
  'kafkajs-consumer',
  'kafkajs-producer',
  'kafkajs-stream',
  'platformatic-admin',
  'platformatic-consumer',
  'platformatic-producer',
  'platformatic-reader',
  'platformatic-stream',
  'read-messages',
]
/** Counters and their help texts. */
const METRICS = ['mediation-metrics', 'rating-metrics']
/** All of it but how a page looks. */
const INVOICING = [
  '',
  'bank',
  'build',
  'check',
  'credit',
  'delivery',
  'difference',
  'documents',
  'ledger',
  'receivables',
  'reminders',
  'report',
  'run',
  'settle',
  'store',
  'verify',
]
/** Tests of billing that ask use cases and start no command. */
const THROUGH_THE_DESK = ['closed-months', 'late-termination', 'minimum-spend', 'takeover'].map(
  (name) => `test/${name}.test.ts`,
)
const STREAM = ['', 'kafka', 'message', 'mediation', 'rating', 'directory']

const ALL_KINDS: readonly MutationKind[] = ['operator', 'statement', 'guard', 'literal']

export const MUTATION_AREAS: Readonly<Record<string, MutationArea>> = {
  rating: {
    files: [
      ...['price', 'model', 'session', 'allowance'].flatMap((name) =>
        filesOf(`src/rating/${name}`),
      ),
      ...RATING_FILES,
    ],
    kinds: ['operator'],
    tests: ['src/rating', 'test/rating'],
    byCommand: [],
    areGoldenFirst: true,
    pool: 'threads',
    commandMsMax: 120_000,
  },
  invoicing: {
    files: INVOICING.flatMap((name) => filesOf(join('src/invoicing', name))),
    kinds: ALL_KINDS,
    tests: ['src/invoicing', 'src/app/billing', ...THROUGH_THE_DESK],
    byCommand: ['test/documents.test.ts', 'test/tour.test.ts'],
    areGoldenFirst: false,
    pool: 'forks',
    commandMsMax: 900_000,
  },
  stream: {
    files: STREAM.flatMap((name) =>
      filesOf(join('src/stream', name), [...OVER_A_BROKER, ...METRICS]),
    ),
    kinds: ALL_KINDS,
    tests: ['src/stream', 'test/reference-refresh.test.ts', 'test/simulation.test.ts'],
    byCommand: [],
    areGoldenFirst: false,
    pool: 'threads',
    commandMsMax: 180_000,
  },
  ingest: {
    files: ['src/ingest', 'src/ingest/reading', 'src/files'].flatMap((folder) => filesOf(folder)),
    kinds: ALL_KINDS,
    tests: ['src/ingest', 'src/files', 'src/corrections', 'src/verify'],
    byCommand: ['test/folders.test.ts', 'test/pairing.test.ts', 'test/absurd-record.test.ts'],
    areGoldenFirst: false,
    pool: 'forks',
    commandMsMax: 900_000,
  },
}

/** Source files of a folder itself, without their tests. */
function filesOf(folder: string, without: readonly string[] = []): string[] {
  return readdirSync(join(import.meta.dirname, '..', folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => !without.includes(name.slice(0, -'.ts'.length)))
    .map((name) => `${folder}/${name}`)
}
