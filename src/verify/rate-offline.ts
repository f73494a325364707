/** Rates a file from an empty state and without any store: for dry runs and for explaining. */
import { basename } from 'node:path'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { RatedUsage } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { openDecoder } from '../ingest/reading/open-decoder.ts'
import { createMediator } from '../mediation/mediate.ts'
import type { Explanation } from '../rating/rater.ts'
import { decodedRecords } from './decoded-records.ts'
import { createReplay } from './replay.ts'

/** Records rated at a time; bounds the memory of a large file. */
const PIECE_RECORDS = 10_000

export interface OfflineRecord {
  readonly usage: Usage
  /** Valid until the next record is asked for. */
  readonly rated: RatedUsage
  readonly explanation: Explanation['steps']
}

export async function* rateOffline(parts: {
  readonly path: string
  readonly source: SourceConfig
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly nowMs: number
}): AsyncGenerator<OfflineRecord> {
  const { path, source, catalogue, directory, nowMs } = parts
  const replay = createReplay(directory, () => Promise.resolve(catalogue))
  await replay.useCatalogue(catalogue.hash)
  const mediator = createMediator({ source, catalogue, directory })
  const name = basename(path)
  const file = { contentHash: name, name, registeredMs: nowMs }
  const records = decodedRecords(path, openDecoder(source, file))
  for (let first = 0; ; first = records.taken()) {
    const piece = await records.take(PIECE_RECORDS)
    if (piece.length === 0) return
    const usages = piece.map((record, index) => mediator.mediate(record, path, first + index))
    replay.prepare(usages)
    for (const usage of usages) {
      const explanation = replay.explain(usage, nowMs)
      yield { usage, rated: replay.rate(usage, nowMs), explanation }
    }
  }
}
