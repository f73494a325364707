/**
 * What a file says about itself, compared with what it holds, before anything of it counts: a TAP file
 * whose audit does not fit, or a trailer that counts other records, stays out of the ledger whole.
 */
import { TikError } from '../../core/failures/errors.ts'
import { NO_FILE_FACTS } from '../format.ts'
import type { FileFacts, RecordDecoder } from '../format.ts'
import { compressionOf, readFileChunks } from './read-file.ts'
import type { ReadOptions } from './read-file.ts'

/**
 * Reads the file once through a decoder of its own; a plain file not at all when its format has no
 * totals. A compressed one is read to its end in any case: one that is damaged stays out as well.
 */
export async function checkTotals(
  path: string,
  decoder: RecordDecoder,
  options: ReadOptions = {},
): Promise<FileFacts> {
  const hasTotals = decoder.fileFacts !== undefined
  if (!hasTotals && (await compressionOf(path)) === 'none') return NO_FILE_FACTS
  try {
    for await (const chunk of readFileChunks(path, options))
      if (hasTotals) decoder.push(chunk, ignore)
  } catch (error) {
    if (!(error instanceof TikError) || error.code !== 'file_unreadable') throw error
    return { ...NO_FILE_FACTS, mayCount: false, problems: ['its compression is damaged'] }
  }
  decoder.end(ignore)
  return decoder.fileFacts?.() ?? NO_FILE_FACTS
}

function ignore(): void {}
