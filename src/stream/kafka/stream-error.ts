/** The errors of the clients in our words. Nobody else reads their messages. */
import { TikError } from '../../core/failures/errors.ts'

/** `doing` says what was tried, e.g. "joining group rating". */
export function streamError(cause: unknown, doing: string): TikError {
  if (cause instanceof TikError) return cause
  return new TikError('stream_unavailable', `${doing}: ${reasonOf(cause)}`, {
    hint: 'check that Kafka runs and that TIK_KAFKA_BROKERS leads to it',
    cause,
  })
}

/** Of several tries what the last one met, and why, unless it says so itself. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const last: unknown = cause instanceof AggregateError ? cause.errors.at(-1) : undefined
  if (last !== undefined) return reasonOf(last)
  const why = cause.cause instanceof Error ? reasonOf(cause.cause) : ''
  return cause.message.includes(why) ? cause.message : `${cause.message} ${why}`
}

/** What `work` gives; its failure is translated. */
export async function translated<Result>(
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw streamError(cause, doing)
  }
}
