/**
 * The settings of one source for one format, checked once when its decoder is made. Every mistake is
 * reported at once, with the path of the option that is wrong.
 */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { SourceConfig } from '../format.ts'
import { continuedFile } from './file-rows.ts'
import { localClock } from '../text/local-time.ts'
import type { LocalClock } from '../text/local-time.ts'

/** Options that every format takes. */
export const commonOptions = {
  /** Content hash of the file; the record key of formats and layouts that have none of their own. */
  fileIdentity: z.string().min(1).optional(),
  /** Name of the file and when it came, for times without a year. */
  fileName: z.string().optional(),
  fileArrivedMs: z.int().optional(),
  /** Earlier files whose rows this one has again, by whoever took it in; not for sources.yaml. */
  continues: z.array(continuedFile).optional(),
}

export const textOptions = {
  ...commonOptions,
  encoding: z.enum(['auto', 'utf-8', 'latin1']).default('auto'),
}

/** An open call that nothing is heard of for longer is given up. */
export const OPEN_HOURS_DEFAULT = 72

/** Options of formats whose calls or sessions may be spread over files. */
export const carryOptions = {
  /** What is open at the end of a file is handed to the next one; otherwise it is incomplete. */
  carryOpen: z.boolean().default(false),
  openHours: z.int().min(1).max(8_784).default(OPEN_HOURS_DEFAULT),
}

/** Throws `mapping_invalid` with every option that is wrong. */
export function parseOptions<T>(schema: z.ZodType<T>, source: SourceConfig): T {
  const parsed = schema.safeParse(source.options)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => {
    return `options${issue.path.map((part) => `.${String(part)}`).join('')}: ${issue.message}`
  })
  throw mappingInvalid(source, problems)
}

/** Its cause is the list of problems, each with the path of its option. */
export function mappingInvalid(source: SourceConfig, problems: readonly string[]): TikError {
  return new TikError(
    'mapping_invalid',
    `source ${source.sourceId} (${source.format}): ${problems.join('; ')}`,
    {
      cause: problems,
      hint: 'docs/mapping.md and src/ingest/formats/README.md say what the options of each format are',
    },
  )
}

/** Throws `mapping_invalid` when a mapping gives its records neither a key nor a file to number. */
export function requireKey(
  source: SourceConfig,
  options: {
    columns: { id?: unknown; key?: unknown }
    fileIdentity?: string | undefined
  },
): void {
  const { id, key } = options.columns
  if (id !== undefined || key !== undefined || options.fileIdentity !== undefined) return
  throw mappingInvalid(source, [
    'options.columns: name id or key columns, or give the file an identity (options.fileIdentity)',
  ])
}

/** The clock of the source's zone. Throws `mapping_invalid` when there is no such zone. */
export function localClockOf(source: SourceConfig): LocalClock {
  try {
    return localClock(source.timeZone)
  } catch {
    throw mappingInvalid(source, [`timeZone: "${source.timeZone}" is no IANA time zone`])
  }
}
