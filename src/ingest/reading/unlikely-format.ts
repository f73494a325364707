/**
 * A file in the folder of a source that is plainly something else: better kept aside whole than
 * recorded as thousands of records that nobody can read.
 */
import type { SourceConfig } from '../format.ts'
import { formatAdapter, formatAdapters } from '../formats/format-registry.ts'

/** Another format that is this sure of a file is believed. */
const OTHER_CONFIDENCE_MIN = 0.9

/** Why this is no file of the source, one sentence; '' when it may be one. An empty file may. */
export function unlikelyFormat(head: Uint8Array, fileName: string, source: SourceConfig): string {
  if (head.length === 0 || formatAdapter(source.format).detect(head, fileName) > 0) return ''
  const others = formatAdapters().map((adapter) => ({
    name: adapter.name,
    confidence: adapter.detect(head, fileName),
  }))
  const other = others.find(({ confidence }) => confidence >= OTHER_CONFIDENCE_MIN)
  if (other !== undefined) return `it is a ${other.name} file, the source has ${source.format}`
  if (source.format !== 'tap3' && head.includes(0)) {
    return `it is a binary file, the source has ${source.format}`
  }
  // A layout that somebody described need not look like the usual one.
  if (Object.keys(source.options).some((name) => LAYOUT_OPTIONS.has(name))) return ''
  return UNDETECTED.has(source.format) ? '' : `it does not look like ${source.format}`
}

/** Formats that are only known by their description. */
const UNDETECTED: ReadonlySet<string> = new Set(['delimited', 'fixed-width'])
const LAYOUT_OPTIONS: ReadonlySet<string> = new Set(['columns', 'template', 'delimiter', 'quote'])
