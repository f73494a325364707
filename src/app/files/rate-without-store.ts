/** A file rated without any store: a dry run with a catalogue and an accounts document. */
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { readDirectoryDocument } from '../../directory/document/directory-document.ts'
import type { SourceConfig } from '../../ingest/format.ts'
import { defaultSource, loadSources } from '../../ingest/sources.ts'
import { rateOffline, type OfflineRecord } from '../../verify/rate-offline.ts'
import { formatNamed } from './ingest-into.ts'

export interface DryRunRequest {
  /** Folder of the price catalogue. */
  readonly catalogue: string
  /** File of the accounts document. */
  readonly accounts: string
  readonly usage: string
  readonly format: string
  /** A sources.yaml, and the source of it that the file is of. */
  readonly sources?: string | undefined
  readonly source?: string | undefined
}

/** One result for each record, in the order of the file. */
export async function* rateWithoutStore(request: DryRunRequest): AsyncGenerator<OfflineRecord> {
  const [catalogue, directory] = await Promise.all([
    loadCatalogue(request.catalogue),
    readDirectoryDocument(request.accounts),
  ])
  yield* rateOffline({
    path: request.usage,
    source: sourceOf(request),
    catalogue,
    directory,
    nowMs: systemClock.nowMs(),
  })
}

function sourceOf({ source: sourceId, sources, format }: DryRunRequest): SourceConfig {
  if (sourceId === undefined) return defaultSource(formatNamed(format))
  if (sources === undefined) throw new TikError('usage_error', '--source needs --sources FILE')
  const source = loadSources(sources).find((one) => one.sourceId === sourceId)
  if (source === undefined) {
    throw new TikError('not_found', `there is no source ${sourceId} in ${sources}`)
  }
  return source
}
