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
  const adapter = formatAdapter(source.format)
  if (head.length === 0 || adapter.detect(head, fileName) > 0) return ''
  const others = formatAdapters().map((each) => ({
    name: each.name,
    confidence: each.detect(head, fileName),
  }))
  const other = others.find(({ confidence }) => confidence >= OTHER_CONFIDENCE_MIN)
  if (other !== undefined) return `it is a ${other.name} file, the source has ${source.format}`
  if (adapter.isBinary !== true && head.includes(0)) {
    return `it is a binary file, the source has ${source.format}`
  }
  // A layout that somebody described need not look like the usual one.
  if (adapter.layoutOptions?.some((name) => Object.hasOwn(source.options, name))) return ''
  return adapter.isOnlyDescribed === true ? '' : `it does not look like ${source.format}`
}
