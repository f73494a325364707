/**
 * One message of a CDR topic to usages: one record or a block of lines, read as a small file of its
 * own. So the same message gives the same usage ids whoever reads it and however often.
 */
import assert from 'node:assert/strict'
import type { DecodedRecord, Usage } from '../../core/usage/usage.ts'
import type { FormatAdapter, SourceConfig } from '../../ingest/format.ts'
import type { Mediator } from '../../mediation/mediate.ts'
import type { StreamMessage, TopicPartition } from '../stream.ts'

/** `originRecord` is offset × this + place in the message, which keeps it unique and readable. */
export const MESSAGE_RECORDS_MAX = 1_000_000

export interface MessageMediator {
  /** All usages of the message, in order. Never throws on content. */
  mediate(message: StreamMessage, place: TopicPartition): Usage[]
}

export function createMessageMediator(parts: {
  readonly source: SourceConfig
  readonly adapter: FormatAdapter
  readonly mediator: Mediator
}): MessageMediator {
  const { source, adapter, mediator } = parts
  const isText = adapter.isBinary !== true
  // A message has no next file: its calls are complete in it, or incomplete.
  const { carryOpen: _, ...settings } = source.options
  adapter.createDecoder({ ...source, options: { ...settings, fileIdentity: source.sourceId } }) // Throws now for what needs the next file.
  return {
    mediate(message, place) {
      const origin = `${place.topic}-${place.partition}`
      const usages: Usage[] = []
      const take = (record: DecodedRecord): void => {
        const originRecord = message.offset * MESSAGE_RECORDS_MAX + usages.length
        usages.push(mediator.mediate(record, origin, originRecord))
      }
      // Formats whose records have no key take their place in the log for one.
      const fileIdentity = `${origin}@${message.offset}`
      const options = {
        ...settings,
        fileIdentity,
        fileName: '',
        fileArrivedMs: message.timestampMs,
      }
      const decoder = adapter.createDecoder({ ...source, options })
      decoder.push(message.value, take)
      // The end of a message ends its last line, so that it is not taken for a cut-off one.
      if (isText && message.value.at(-1) !== LINE_FEED) decoder.push(LINE_END, take)
      decoder.end(take)
      assert(usages.length < MESSAGE_RECORDS_MAX, 'a message of 16 MB holds fewer records')
      return usages
    },
  }
}

const LINE_FEED = 10
const LINE_END = Buffer.from([LINE_FEED])
