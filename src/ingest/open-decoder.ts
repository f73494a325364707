/** A decoder for one file of a source. */
import { formatAdapter } from './formats/format-registry.ts'
import type { RecordDecoder, SourceConfig } from './format.ts'

/**
 * `contentHash` is the file's identity: formats without a record key of their own make one of it
 * and the record's number, so that the same file under another name gives the same keys.
 */
export function openDecoder(source: SourceConfig, contentHash: string): RecordDecoder {
  return formatAdapter(source.format).createDecoder({
    ...source,
    options: { ...source.options, fileIdentity: contentHash },
  })
}
