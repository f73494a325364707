/** How many records a damaged text file holds, counted by another rule than the adapters': lines. */
import type { FormatName } from '../src/ingest/format.ts'

/** Lines that are not records, by format; formats that are not here are not made of lines. */
const HEADERS: Readonly<Partial<Record<FormatName, (line: string, position: number) => boolean>>> =
  {
    asterisk: () => false,
    'freeswitch-csv': () => false,
    kamailio: () => false,
    usage: () => false,
    broadworks: (line) => line.startsWith('version='),
    cucm: (line) => /^"?(?:cdrRecordType"?,|INTEGER|VARCHAR|STRING|UNIQUEIDENTIFIER)/i.test(line),
    delimited: (_line, position) => position === 0,
    'fixed-width': (_line, position) => position === 0,
  }

/** Longer lines are records even where they look like a header. */
const RECORD_BYTES_MAX = 1_048_576

/** undefined when the format is not made of lines. */
export function countRecords(format: FormatName, file: Buffer): number | undefined {
  const isHeader = HEADERS[format]
  if (isHeader === undefined) return undefined
  const text = file.toString('latin1').replace(/^\u00EF\u00BB\u00BF/, '')
  const firstEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const lines = text.split(firstEnd === '\r' ? /[\r\n]/ : '\n')
  let count = 0
  let position = 0
  for (const [at, line] of lines.entries()) {
    const isLast = at === lines.length - 1
    const content =
      firstEnd === '\r' || (isLast && !line.endsWith('\r')) ? line : line.replace(/\r$/, '')
    if (content === '') continue
    const isOversized = content.length > RECORD_BYTES_MAX
    if (isOversized || !isHeader(content, position)) count += 1
    if (!isOversized) position += 1
  }
  return count
}
