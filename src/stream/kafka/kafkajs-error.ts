/** The errors of kafkajs in our words. Nobody else reads their messages. */
import { TikError } from '../../core/errors.ts'

/** `doing` says what was tried, e.g. "joining group rating". */
export function streamError(cause: unknown, doing: string): TikError {
  if (cause instanceof TikError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new TikError('stream_unavailable', `${doing}: ${message}`, {
    hint: 'check that Kafka runs and that TIK_KAFKA_BROKERS leads to it',
    cause,
  })
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
