/**
 * Whether the ledger has everything that was recorded, asked whenever one is opened. Who only reads is
 * told what the figures leave out; who records, or makes invoices, is refused: balances restored from
 * a ledger with a hole would charge wrongly, and for ever.
 */
import { TikError } from '../core/failures/errors.ts'
import { FILES_LOG } from '../core/usage/ledger-row.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { KnownPosition, LedgerHole } from '../ledger/holes/find-holes.ts'
import {
  detachedParts,
  ledgerHoles,
  missingRanges,
  recordedState,
  unreadableParts,
} from '../ledger/holes/ledger-holes.ts'
import { catchUpJournal } from '../ledger/holes/recorded-batches.ts'
import { journalEnd } from '../ledger/holes/recording-journal.ts'
import { listSourceFiles } from '../ledger/source-files.ts'
import { knownPositions } from '../postgres/known-positions.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import type { Talk } from './talk.ts'

/**
 * `read`: warns and goes on. `record`: refuses unless only the end of a log is missing that its source
 * fills again. `bill`: refuses whatever is missing. `none`: the command looks for itself. `serve`: as `read`, for
 * long.
 */
export type LedgerUse = 'read' | 'record' | 'bill' | 'none' | 'serve'

interface OpenedStores {
  readonly clickhouse: ClickHouseStore
  readonly operations: OperationsStore
  /** What bill runs and alerts know, where that is remembered: then the store is not asked. */
  readonly known?: readonly KnownPosition[] | undefined
}

/** A person reads these; the rest is counted. */
const HOLES_SHOWN_MAX = 5
const RANGES_SHOWN_MAX = 3

const ADVICE =
  '`tik rebuild` brings them back from the archive, or put a backup of the ledger back (docs/recovery.md)'

/** Throws `ledger_incomplete` when the ledger is not whole enough for that use. */
export async function askWhole(
  stores: OpenedStores & { readonly talk: Talk },
  use: LedgerUse,
): Promise<void> {
  if (use === 'none') return
  const holes = await holesOf(stores)
  if (holes.length === 0 && use !== 'read' && use !== 'serve') await keepJournal(stores)
  const isRefused = holes.some(({ heals }) => use === 'bill' || (use === 'record' && !heals))
  if (holes.length === 0) return
  const { clickhouse } = stores
  const shown = await describeHoles(clickhouse, holes.slice(0, HOLES_SHOWN_MAX))
  const rest = holes.length - HOLES_SHOWN_MAX
  if (rest > 0) shown.push(`and ${rest} more; \`tik rebuild --dry-run\` lists them all`)
  const parts = await detachedParts(clickhouse)
  if (parts.length > 0)
    shown.push(`the engine set aside what it could not read: ${parts.join(', ')}`)
  const text = `the ledger is incomplete:\n  ${shown.join('\n  ')}`
  const hint = holes.every(({ heals }) => heals) ? HEALING : ADVICE
  if (isRefused) throw new TikError('ledger_incomplete', text, { hint })
  stores.talk.remark(`tik: ${text}\n     what follows leaves them out; ${hint}`)
}

const HEALING = 'the next `tik ingest`, or the running `tik run`, records them again by itself'

export async function holesOf({
  clickhouse,
  operations,
  known,
}: OpenedStores): Promise<LedgerHole[]> {
  const { journal } = clickhouse
  const noted = journal === undefined ? [] : journalEnd(journal.path)
  return ledgerHoles(clickhouse, [...noted, ...(known ?? (await knownPositions(operations)))])
}

/** Whoever is about to record completes the journal first: after an upgrade, or a kill. */
async function keepJournal({ clickhouse }: OpenedStores): Promise<void> {
  if (clickhouse.journal === undefined) return
  await catchUpJournal(clickhouse, await recordedState(clickhouse, []), clickhouse.journal)
}

/** A sentence for each: which rows of what. */
export async function describeHoles(
  store: ClickHouseStore,
  holes: readonly LedgerHole[],
): Promise<string[]> {
  if (holes.length === 0) return []
  const names = new Map((await listSourceFiles(store)).map(({ number, name }) => [number, name]))
  const texts: string[] = []
  for (const hole of holes) {
    const name = hole.source === FILES_LOG ? names.get(hole.partition) : undefined
    texts.push(`${placeOf(hole, name)}: ${await whatIsMissing(store, hole)}`)
  }
  return texts
}

export function placeOf({ source, partition }: LedgerHole, name = ''): string {
  return name === '' ? `${source}/${partition}` : `${name} (${source}/${partition})`
}

async function whatIsMissing(store: ClickHouseStore, hole: LedgerHole): Promise<string> {
  if (hole.kind === 'list') return 'is not in the list of files any more'
  const { missingCount, expectedCount } = hole
  if (missingCount === 0) return 'nothing is left of it'
  const count = `${missingCount} of ${expectedCount} rows are missing`
  if (missingCount === expectedCount) return count
  const between = await missingRanges(store, hole)
  const betweenCount = between.reduce((sum, each) => sum + each.nextOffset - each.firstOffset, 0)
  const atEnd = {
    firstOffset: expectedCount - (missingCount - betweenCount),
    nextOffset: expectedCount,
  }
  const all = atEnd.firstOffset < atEnd.nextOffset ? [...between, atEnd] : between
  const shown = all
    .slice(0, RANGES_SHOWN_MAX)
    .map(({ firstOffset, nextOffset }) => `${firstOffset} to ${nextOffset - 1}`)
  const rest = all.length > RANGES_SHOWN_MAX ? ', …' : ''
  return `${count}, offsets ${shown.join(', ')}${rest}`
}

/** The same for `tik bill check` and before invoices are made, with a look at every byte of the parts. */
export async function wholeLedgerProblems(stores: OpenedStores): Promise<string[]> {
  const texts = await describeHoles(stores.clickhouse, await holesOf(stores))
  const unreadable = await unreadableParts(stores.clickhouse)
  const damaged = unreadable.map((part) => `the part ${part} on disk cannot be read: it is damaged`)
  return [...texts, ...damaged]
}

/** Throws `ledger_incomplete` when a part cannot be read: the money of a month depends on it. */
export async function requireReadable({ clickhouse }: OpenedStores): Promise<void> {
  const parts = await unreadableParts(clickhouse)
  if (parts.length === 0) return
  throw new TikError(
    'ledger_incomplete',
    `the ledger is damaged on disk; the engine cannot read ${parts.join(', ')}`,
    { hint: ADVICE },
  )
}
