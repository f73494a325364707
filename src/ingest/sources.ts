/**
 * The sources of CDRs: which format each speaks and how its numbers and times are to be read. Read
 * from sources.yaml; everything that is wrong is reported at once, with file and line.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { yamlValue } from '../core/text/yaml-value.ts'
import type { Product } from '../core/usage/usage.ts'
import { FORMAT_NAMES } from './format.ts'
import type { FormatName, SourceConfig } from './format.ts'
import { formatAdapter } from './formats/format-registry.ts'
import { optionProblems } from './source-options.ts'

/** A folder that suppliers put files into; src/files/pick-up.ts takes them. */
export interface FolderSource {
  readonly source: SourceConfig
  readonly path: string
  readonly done: string
  readonly quarantine: string
  /** A file that changed more recently is still being written. */
  readonly settleMs: number
}

const DIGITS = /^\d*$/
const NETWORK = /^\d{3}-\d{2,3}$/

const sourceSchema = z.strictObject({
  sourceId: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and hyphens only'),
  format: z.enum(FORMAT_NAMES),
  product: z.enum(['voip', 'mobile']).optional(),
  homeCountry: z.enum(['NL', 'BE']).optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, 'is no IANA time zone such as Europe/Amsterdam')
    .optional(),
  account: z.string().min(1).optional(),
  supplier: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]*$/,
      'a supplier of the catalogue: lower case letters, digits and hyphens',
    )
    .optional(),
  techPrefixes: z.array(z.string().min(1)).optional(),
  internationalPrefixes: z.array(z.string().regex(DIGITS, 'digits only')).optional(),
  nationalPrefix: z.string().regex(DIGITS, 'digits only').optional(),
  tadigNetworks: z
    .record(z.string(), z.string().regex(NETWORK, "'MCC-MNC' such as 204-16"))
    .optional(),
  extensionDigits: z
    .strictObject({ min: z.int().min(0).max(8), max: z.int().min(0).max(8) })
    .refine((digits) => digits.min <= digits.max, 'min is greater than max')
    .optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  /** Where its files are put; paths are relative to the folder of sources.yaml. */
  folder: z
    .strictObject({
      path: z.string().min(1),
      done: z.string().min(1).default('done'),
      quarantine: z.string().min(1).default('quarantine'),
      settleSeconds: z.int().min(0).max(86_400).default(10),
    })
    .optional(),
})

/** What sources.yaml holds. Every field but `sourceId` and `format` has a default by format. */
export const sourcesSchema = z.strictObject({
  sources: z
    .array(sourceSchema)
    .min(1)
    .superRefine((sources, context) => {
      const seen = new Set<string>()
      const folders = new Set<string>()
      for (const [index, { sourceId, folder }] of sources.entries()) {
        if (folder !== undefined && folders.has(folder.path)) {
          const message = `another source has the folder ${folder.path} too`
          context.addIssue({ code: 'custom', path: [index, 'folder', 'path'], message })
        }
        if (folder !== undefined) folders.add(folder.path)
        if (seen.has(sourceId)) {
          const message = `the sourceId "${sourceId}" is given twice`
          context.addIssue({ code: 'custom', path: [index, 'sourceId'], message })
        }
        seen.add(sourceId)
      }
    }),
})

/** A source that needs no configuration: what `tik ingest --format NAME FILE` uses. */
export function defaultSource(format: FormatName): SourceConfig {
  const { product } = formatAdapter(format)
  return {
    sourceId: format,
    format,
    product,
    homeCountry: 'NL',
    timeZone: 'Europe/Amsterdam',
    techPrefixes: [],
    internationalPrefixes: ['00'],
    nationalPrefix: '0',
    tadigNetworks: {},
    extensionDigits: extensionDigitsOf(product),
    options: {},
  }
}

/** Reads sources.yaml. Throws `file_missing`, or `mapping_invalid` with all that is wrong in it. */
export function loadSources(file: string): SourceConfig[] {
  return parseSources(readSources(file), file)
}

function readSources(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TikError('file_missing', `${file} cannot be read`, { cause })
  }
}

/** The sources whose files `tik ingest --folders` picks up. Throws as `loadSources` does. */
export function loadFolderSources(file: string): FolderSource[] {
  return parseDocumentOfSources(readSources(file), file).flatMap((given) => {
    if (given.folder === undefined) return []
    const path = resolve(dirname(file), given.folder.path)
    const { done, quarantine, settleSeconds } = given.folder
    return [
      {
        source: withDefaults(given),
        path,
        done: resolve(path, done),
        quarantine: resolve(path, quarantine),
        settleMs: settleSeconds * 1_000,
      },
    ]
  })
}

/** The same from a text; `file` is only used in messages. */
export function parseSources(text: string, file: string): SourceConfig[] {
  return parseDocumentOfSources(text, file).map(withDefaults)
}

function parseDocumentOfSources(text: string, file: string): z.infer<typeof sourceSchema>[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const syntaxErrors = document.errors.map(
    (error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`,
  )
  if (syntaxErrors.length > 0) throw mappingInvalid(syntaxErrors)

  const parsed = sourcesSchema.safeParse(yamlValue(document, file, 'mapping_invalid'))
  if (!parsed.success) {
    throw mappingInvalid(
      parsed.error.issues.map(({ path, message }) => {
        const where = path.map(String).join('.')
        return `${file}:${lineOf(document, path, lines)}: ${where}: ${message}`
      }),
    )
  }
  const problems = parsed.data.sources.flatMap((given, index) =>
    optionProblems(withDefaults(given)).map(({ path, message }) => {
      const at = ['sources', index, ...path]
      return `${file}:${lineOf(document, at, lines)}: ${at.map(String).join('.')}: ${message}`
    }),
  )
  if (problems.length > 0) throw mappingInvalid(problems)
  return parsed.data.sources
}

function withDefaults(given: z.infer<typeof sourceSchema>): SourceConfig {
  const defaults = defaultSource(given.format)
  const homeCountry = given.homeCountry ?? defaults.homeCountry
  const product = given.product ?? defaults.product
  return {
    sourceId: given.sourceId,
    format: given.format,
    product,
    homeCountry,
    timeZone: given.timeZone ?? (homeCountry === 'BE' ? 'Europe/Brussels' : 'Europe/Amsterdam'),
    ...(given.account === undefined ? {} : { account: given.account }),
    ...(given.supplier === undefined ? {} : { supplier: given.supplier }),
    techPrefixes: given.techPrefixes ?? defaults.techPrefixes,
    internationalPrefixes: given.internationalPrefixes ?? defaults.internationalPrefixes,
    nationalPrefix: given.nationalPrefix ?? defaults.nationalPrefix,
    tadigNetworks: given.tadigNetworks ?? defaults.tadigNetworks,
    extensionDigits: given.extensionDigits ?? extensionDigitsOf(product),
    options: given.options ?? defaults.options,
  }
}

/** Short numbers of a mobile network are services; those of an exchange are colleagues. */
function extensionDigitsOf(product: Product): SourceConfig['extensionDigits'] {
  return product === 'mobile' ? { min: 0, max: 0 } : { min: 2, max: 5 }
}

/** Line of the deepest node of the path that exists: a missing key is shown at its parent. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    const start = rangeStart(node)
    if (start !== undefined) return lines.linePos(start).line
  }
  return 1
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined
  const range: unknown = node.range
  if (!Array.isArray(range)) return undefined
  const start: unknown = range[0]
  return typeof start === 'number' ? start : undefined
}

function mappingInvalid(problems: readonly string[]): TikError {
  return new TikError('mapping_invalid', problems.join('\n'), {
    hint: 'Mend the named lines; src/mediation/README.md lists the fields of a source, docs/mapping.md its options.',
  })
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
