/**
 * What a file says about itself, compared with what it holds, before anything of it counts: a TAP file
 * whose audit does not fit, or a trailer that counts other records, stays out of the ledger whole.
 */
import { NO_FILE_FACTS } from './format.ts'
import type { FileFacts, RecordDecoder } from './format.ts'
import { readFileChunks } from './read-file.ts'

/** Reads the file once through a decoder of its own; not at all when its format has no totals. */
export async function checkTotals(path: string, decoder: RecordDecoder): Promise<FileFacts> {
  if (decoder.fileFacts === undefined) return NO_FILE_FACTS
  for await (const chunk of readFileChunks(path)) decoder.push(chunk, ignore)
  decoder.end(ignore)
  return decoder.fileFacts()
}

function ignore(): void {}
