/** Whether a SIM is blocked, as far as the operator said, and what waits for its answer. */
import { ANSWER_MINUTES_MAX, type ServiceRequest } from './service-request.ts'

export type BlockStateName = 'free' | 'block-requested' | 'blocked' | 'unblock-requested'

export interface BlockState {
  readonly name: BlockStateName
  /** What made it so; undefined where nothing was ever asked. */
  readonly by: ServiceRequest | undefined
  /** The operator should have answered by now. */
  readonly isUnanswered: boolean
  /** The last request, where it was refused. */
  readonly refused: ServiceRequest | undefined
}

const MINUTE_MS = 60_000

/** `requests`: of one subscription, newest first; those of other services than the SIM say nothing of it. */
export function blockState(requests: readonly ServiceRequest[], nowMs: number): BlockState {
  const own = requests.filter(({ service, state }) => service === 'sim' && state !== 'closed')
  const [last] = own
  const refused = last?.state === 'refused' ? last : undefined
  if (last?.state === 'requested') {
    const isUnanswered = nowMs - last.requestedMs > ANSWER_MINUTES_MAX * MINUTE_MS
    return { name: `${last.act}-requested`, by: last, isUnanswered, refused }
  }
  const confirmed = own.find(({ state }) => state === 'confirmed')
  const name = confirmed?.act === 'block' ? 'blocked' : 'free'
  return { name, by: confirmed, isUnanswered: false, refused }
}
