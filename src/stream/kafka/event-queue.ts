/**
 * Events between a client's callbacks and the one loop that reads them: callbacks only enqueue.
 * It knows how many bytes wait, so that a callback can hold back its client.
 */
import type { TikError } from '../../core/failures/errors.ts'
import type { StreamEvent, TopicPartition } from '../stream.ts'

export interface EventQueue {
  push(event: StreamEvent): void
  /** No event will come any more: once the reader has had those that wait, `next` throws this. */
  fail(error: TikError): void
  /** The oldest event, or undefined when none came within the time. For one reader. */
  next(waitMsMax: number): Promise<StreamEvent | undefined>
  /** Drops the messages of a partition that wait. */
  dropMessages(place: TopicPartition): void
  /** Bytes of messages that wait. */
  readonly bytes: number
}

export function createEventQueue(): EventQueue {
  let events: StreamEvent[] = []
  let bytes = 0
  let wake: (() => void) | undefined
  let failure: TikError | undefined

  return {
    get bytes() {
      return bytes
    },
    push(event) {
      events.push(event)
      bytes += bytesOf(event)
      wake?.()
    },
    fail(error) {
      failure = error
      wake?.()
    },
    async next(waitMsMax) {
      if (events.length === 0 && failure === undefined) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMsMax)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = undefined
      }
      const event = events.shift()
      if (event === undefined && failure !== undefined) throw failure
      if (event !== undefined) bytes -= bytesOf(event)
      return event
    },
    dropMessages({ topic, partition }) {
      events = events.filter(
        (event) =>
          event.kind !== 'messages' ||
          event.place.topic !== topic ||
          event.place.partition !== partition,
      )
      bytes = events.reduce((sum, event) => sum + bytesOf(event), 0)
    },
  }
}

function bytesOf(event: StreamEvent): number {
  if (event.kind !== 'messages') return 0
  return event.messages.reduce((sum, message) => sum + message.value.length, 0)
}
