/** A decoder for one file of a source. */
import { formatAdapter } from '../formats/format-registry.ts'
import type { RecordDecoder, SourceConfig } from '../format.ts'

/** What a decoder must know of a file beside its bytes. */
export interface FileIdentity {
  readonly contentHash: string
  readonly name: string
  /** When it was taken in: the same whenever it is read again. */
  readonly registeredMs: number
}

/**
 * `contentHash` is the file's identity: formats without a record key of their own make one of it
 * and the record's number, so that the same file under another name gives the same keys. Name and
 * arrival are for times without a year.
 */
export function openDecoder(source: SourceConfig, file: FileIdentity): RecordDecoder {
  const { contentHash: fileIdentity, name: fileName, registeredMs: fileArrivedMs } = file
  return formatAdapter(source.format).createDecoder({
    ...source,
    options: { ...source.options, fileIdentity, fileName, fileArrivedMs },
  })
}
