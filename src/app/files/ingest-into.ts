/** Wires file ingest to opened stores: used by `tik ingest` and the demo. */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { FILES_LOG } from '../../core/usage/ledger-row.ts'
import {
  FORMAT_NAMES,
  type FileFacts,
  type FormatName,
  type SourceConfig,
} from '../../ingest/format.ts'
import { checkTotals } from '../../ingest/reading/check-totals.ts'
import { detectFormat } from '../../ingest/reading/detect-format.ts'
import { ingestFiles, type IngestedFile, type IngestParts } from '../../files/ingest-files.ts'
import { openCarryingDecoder } from '../../files/carry-open.ts'
import { createOpenCalls, summaryOf } from '../../files/open-calls.ts'
import { rateFile } from '../../files/rate-file.ts'
import { readFileHead } from '../../ingest/reading/read-file.ts'
import type { ReadOptions } from '../../ingest/reading/read-file.ts'
import { unlikelyFormat } from '../../ingest/reading/unlikely-format.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import { finishSourceFile, listSourceFiles, registerSourceFile } from '../../ledger/source-files.ts'
import { createMediator, type Mediator } from '../../mediation/mediate.ts'
import { defaultSource, loadSources } from '../../ingest/sources.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { archiveCatalogue } from '../catalogue-archive.ts'
import { openRatingParts, type RatingParts } from '../rating-parts.ts'
import { takeRatingRights, underLease } from '../rating-rights.ts'
import type { Stores } from '../stores.ts'

export interface IngestOptions {
  readonly format?: string | undefined
  readonly source?: string | undefined
  /** How to read a file, instead of finding out. */
  readonly sourceOf?: (path: string) => SourceConfig
  /** Refuse what is plainly a file of something else. */
  readonly isStrict?: boolean
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

export async function* ingestInto(
  desk: Desk,
  paths: readonly string[],
  options: IngestOptions,
): AsyncGenerator<IngestedFile> {
  requireOperator(desk.caller)
  await using lease = await takeRatingRights(desk, 'files', 'tik ingest')
  const parts = await openRatingParts(desk)
  let pipeline = { ...parts.pipeline, ledger: underLease(parts.ledger, lease) }
  await archiveCatalogue(parts.catalogue, parts.catalogueFolder, desk.folder)
  const clock = options.clock ?? systemClock
  const { clickhouse } = desk
  const mediatorOf = createMediators(parts)
  const archiveFolder = desk.folder.subfolder('archive')
  const openCalls = createOpenCalls(archiveFolder, () => listSourceFiles(clickhouse))
  const { unpackedBytesMax, unpackRatioMax } = desk.config
  const reading: ReadOptions = {
    bounds: { unpackedBytesMax, ratioMax: unpackRatioMax },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const ingest: IngestParts = {
    archiveFolder,
    reading,
    files: {
      list: () => listSourceFiles(clickhouse),
      register: (file) => registerSourceFile(clickhouse, file, clock.nowMs()),
      finish: (file, count) => finishSourceFile(clickhouse, file, count, clock.nowMs()),
    },
    chooseSource: (path) =>
      options.sourceOf === undefined
        ? chooseSource(path, desk, options)
        : Promise.resolve(options.sourceOf(path)),
    check: (path, source, contentHash) =>
      checkFile(path, source, { contentHash, isStrict: options.isStrict === true, reading }),
    async rate(file, path, source) {
      const progress = desk.talk.startProgress(file.name, file.bytes)
      const lastOffsets = await parts.ledger.lastOffsets(FILES_LOG)
      const decoder = openCarryingDecoder(source, file, await openCalls.before(file))
      try {
        const result = await rateFile(
          { number: file.number, name: file.name, path },
          {
            pipeline,
            mediator: mediatorOf(source),
            decoder,
            clock,
            batchRowsMax: desk.config.batchRowsMax,
            recordedCount: (lastOffsets.get(file.number) ?? -1) + 1,
            ...(options.signal === undefined ? {} : { signal: options.signal }),
            onProgress: ({ bytes, records }) => progress.update(bytes, `${records} records`),
          },
        )
        const pending = decoder.pendingCalls?.() ?? []
        if (decoder.pendingCalls !== undefined) await openCalls.keep(file, pending)
        return { ...result, open: summaryOf(pending) }
      } catch (error) {
        // What was rated and not recorded is in memory only; whoever is rated next must not see it.
        pipeline.rater.forget()
        pipeline = { ...pipeline, duplicates: createDuplicateWindow(pipeline.ledger) }
        throw error
      } finally {
        progress.stop()
      }
    },
  }
  yield* ingestFiles(paths, ingest)
}

/** Compiled once for a source, not for each of its files. */
function createMediators(parts: RatingParts): (ofFile: SourceConfig) => Mediator {
  const mediators = new Map<string, Mediator>()
  return (ofFile) => {
    const { continues: _ofThisFile, ...settings } = ofFile.options
    const source = { ...ofFile, options: settings }
    const key = JSON.stringify(source)
    const mediator = mediators.get(key) ?? createMediator({ source, ...parts })
    mediators.set(key, mediator)
    return mediator
  }
}

async function checkFile(
  path: string,
  source: SourceConfig,
  {
    contentHash,
    isStrict,
    reading,
  }: { contentHash: string; isStrict: boolean; reading: ReadOptions },
): Promise<FileFacts> {
  const identity = { contentHash, name: basename(path), registeredMs: 0 }
  const decoder = openCarryingDecoder(source, identity, [])
  const facts = await checkTotals(path, decoder, reading)
  if (!isStrict) return facts
  const head = await readFileHead(path).catch(() => new Uint8Array()) // Its damage is among the facts.
  const problem = unlikelyFormat(head, path, source)
  return problem === '' ? facts : { ...facts, mayCount: false, problems: [problem] }
}

/**
 * The source that --source names, else the one that the file's folder is called after, else the only
 * one of the format, else the format's defaults.
 */
async function chooseSource(
  path: string,
  stores: Stores,
  options: IngestOptions,
): Promise<SourceConfig> {
  const sources = configuredSources(stores)
  if (options.source !== undefined) {
    const named = sources.find((source) => source.sourceId === options.source)
    if (named !== undefined) return named
    const known = sources.map((source) => source.sourceId).join(', ')
    throw new TikError('not_found', `there is no source ${options.source} in sources.yaml`, {
      hint: known === '' ? 'there is no sources.yaml in the data folder' : `it has: ${known}`,
    })
  }
  const byFolder = sources.find((source) => source.sourceId === basename(dirname(resolve(path))))
  if (byFolder !== undefined && options.format === undefined) return byFolder
  const format =
    options.format === undefined ? await detectedFormat(path) : formatNamed(options.format)
  const ofFormat = sources.filter((source) => source.format === format)
  if (ofFormat.length > 1) {
    throw new TikError('usage_error', `several sources speak ${format}`, {
      hint: `say which with --source: ${ofFormat.map((source) => source.sourceId).join(', ')}`,
    })
  }
  return ofFormat[0] ?? defaultSource(format)
}

/** The sources of sources.yaml; none where there is no such file. */
export function configuredSources(stores: Stores): SourceConfig[] {
  const file = sourcesFileOf(stores)
  return existsSync(file) || stores.config.sourcesFile !== undefined ? loadSources(file) : []
}

export function sourcesFileOf({ config, folder }: Stores): string {
  return config.sourcesFile ?? join(folder.path, 'sources.yaml')
}

/** Throws `format_unknown` naming the formats that there are. */
export function formatNamed(name: string): FormatName {
  const format = FORMAT_NAMES.find((known) => known === name)
  if (format === undefined) {
    throw new TikError('format_unknown', `there is no format ${name}`, {
      hint: `it is one of ${FORMAT_NAMES.join(', ')}`,
    })
  }
  return format
}

async function detectedFormat(path: string): Promise<FormatName> {
  const format = detectFormat(await readFileHead(path), path)
  if (format === undefined) {
    throw new TikError('format_unknown', `the format of ${path} is not recognised`, {
      hint: `name it with --format (${FORMAT_NAMES.join(', ')}) or describe it in sources.yaml`,
    })
  }
  return format
}
