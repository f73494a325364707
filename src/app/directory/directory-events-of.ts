/** Events that change accounts and subscriptions: taken in from a file, and what became of each. */
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  applyDirectoryEvent,
  type AppliedEvent,
} from '../../directory/events/apply-directory-event.ts'
import {
  listDirectoryEvents,
  type DirectoryEventRecord,
} from '../../directory/events/list-directory-events.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface AppliedLine extends AppliedEvent {
  /** `file:line` */
  readonly place: string
}

/** One event a line; each is applied once, known by its id. Throws `file_missing`, and what the signal gives. */
export async function* applyEventsFile(
  desk: Desk,
  file: string,
  signal: AbortSignal,
): AsyncGenerator<AppliedLine> {
  requireOperator(desk.caller)
  if (!existsSync(file)) throw new TikError('file_missing', `there is no file ${file}`)
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1
    if (text.trim() === '') continue
    signal.throwIfAborted()
    const place = `${file}:${line}`
    const received = { text, place, receivedMs: systemClock.nowMs() }
    yield { ...(await applyDirectoryEvent(desk.operations, received)), place }
  }
}

/** Newest first. */
export function directoryEventsOf(
  desk: Desk,
  filter: { subscription?: string; refusedOnly: boolean },
): Promise<DirectoryEventRecord[]> {
  requireOperator(desk.caller)
  return listDirectoryEvents(desk.operations, filter)
}
