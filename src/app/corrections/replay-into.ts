/** Wires suspense to opened stores: used by `tik rejects`. */
import { systemClock } from '../../core/time/clock.ts'
import { intactArchivedPath } from '../../files/file-archive.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { openCarryingDecoder } from '../../files/carry-open.ts'
import { createOpenCalls } from '../../files/open-calls.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import { listSourceFiles } from '../../ledger/source-files.ts'
import { createMediator, type Mediator } from '../../mediation/mediate.ts'
import { openArchivedRecords } from '../../corrections/suspense/archived-records.ts'
import { createDryRunLedger } from '../../corrections/suspense/dry-run-ledger.ts'
import type { ReplayGroup } from '../../corrections/suspense/replay-report.ts'
import { replayRejects, type ReplayParts } from '../../corrections/suspense/replay-rejects.ts'
import { createSuspense } from '../../corrections/suspense/waiting-rejects.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { archiveCatalogue } from '../catalogue-archive.ts'
import { configuredSources } from '../files/ingest-into.ts'
import { openRatingParts, type RatingParts } from '../rating-parts.ts'
import { takeRatingRights, underLease } from '../rating-rights.ts'
import type { Stores } from '../stores.ts'

export interface ReplayOptions {
  /** Empty: whatever waits. */
  readonly reasons: readonly string[]
  /** Rates and records nothing. */
  readonly dryRun: boolean
  readonly signal?: AbortSignal
}

export async function replayInto(
  desk: Desk,
  { reasons, dryRun, signal }: ReplayOptions,
): Promise<readonly ReplayGroup[]> {
  requireOperator(desk.caller)
  await using lease = dryRun
    ? undefined
    : await takeRatingRights(desk, 'files', 'tik rejects replay')
  const parts = await openRatingParts(desk)
  if (!dryRun) await archiveCatalogue(parts.catalogue, parts.catalogueFolder, desk.folder)
  const ledger =
    lease === undefined ? createDryRunLedger(parts.ledger) : underLease(parts.ledger, lease)
  const pipeline = { ...parts.pipeline, ledger, duplicates: createDuplicateWindow(ledger) }
  await using opened = new AsyncDisposableStack()
  const replay: ReplayParts = {
    pipeline,
    topics: await topicRecords(desk, parts, opened),
    suspense: createSuspense(desk.clickhouse),
    openFile: await archivedFiles(desk, parts),
    clock: systemClock,
    batchRowsMax: desk.config.batchRowsMax,
    ...(signal === undefined ? {} : { signal }),
  }
  return await replayRejects(replay, reasons)
}

/** Loaded only where Kafka is configured: most installations of files have none. */
async function topicRecords(
  stores: Stores,
  parts: RatingParts,
  opened: AsyncDisposableStack,
): Promise<ReplayParts['topics']> {
  if (stores.config.kafkaBrokers === undefined) return undefined
  const { openTopicRecords } = await import('./replay-topics.ts')
  return openTopicRecords(stores, parts, opened)
}

/** Records are counted as the file came in; numbers and places are read as sources.yaml says today. */
async function archivedFiles(stores: Stores, parts: RatingParts): Promise<ReplayParts['openFile']> {
  const archiveFolder = stores.folder.subfolder('archive')
  const files = new Map(
    (await listSourceFiles(stores.clickhouse)).map((file) => [file.number, file]),
  )
  const sources = new Map(configuredSources(stores).map((source) => [source.sourceId, source]))
  const mediators = new Map<string, Mediator>()
  const openCalls = createOpenCalls(archiveFolder, () => Promise.resolve([...files.values()]))
  return async (number) => {
    const file = files.get(number)
    if (file === undefined) return undefined
    const archived = archivedSource(file, archiveFolder)
    const source = sources.get(archived.sourceId) ?? archived
    const key = JSON.stringify(source)
    const mediator = mediators.get(key) ?? createMediator({ source, ...parts })
    mediators.set(key, mediator)
    const decoder = openCarryingDecoder(archived, file, await openCalls.before(file))
    return {
      records: openArchivedRecords(await intactArchivedPath(archiveFolder, file), decoder),
      mediate: (record, originRecord) => mediator.mediate(record, file.name, originRecord),
    }
  }
}
