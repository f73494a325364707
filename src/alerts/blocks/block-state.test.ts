import { expect, test } from 'vitest'
import { blockState } from './block-state.ts'
import { ANSWER_MINUTES_MAX, type RequestState, type ServiceRequest } from './service-request.ts'

const NOW_MS = Date.UTC(2026, 9, 15, 10)

/** Newest first: `block confirmed`, `unblock requested 20` minutes ago. */
function requests(...written: readonly string[]): ServiceRequest[] {
  return written.map((text, index) => {
    const [act = '', state = '', minutes = '1'] = text.split(' ')
    return {
      requestId: String(index),
      accountId: 'A',
      subscriptionId: 'S',
      service: 'sim',
      act: act as ServiceRequest['act'],
      cause: 'person',
      askedBy: 'user:ann',
      state: state as RequestState,
      requestedMs: NOW_MS - Number(minutes) * 60_000,
      answeredMs: undefined,
      answeredBy: '',
      answer: '',
    }
  })
}

test.each([
  [[], 'free'],
  [['block requested'], 'block-requested'],
  [['block confirmed'], 'blocked'],
  [['block refused'], 'free'],
  [['block refused', 'unblock confirmed', 'block confirmed'], 'free'],
  [['unblock requested', 'block confirmed'], 'unblock-requested'],
  [['unblock confirmed', 'block confirmed'], 'free'],
  [['unblock refused', 'block confirmed'], 'blocked'],
  [['block closed'], 'free'],
] as const)('%j is %s', (written, name) => {
  expect(blockState(requests(...written), NOW_MS).name).toBe(name)
})

test.each([
  [ANSWER_MINUTES_MAX, false],
  [ANSWER_MINUTES_MAX + 1, true],
])('an operator that is silent for %d minutes is called: %s', (minutes, isUnanswered) => {
  const state = blockState(requests(`block requested ${minutes}`), NOW_MS)
  expect(state.isUnanswered).toBe(isUnanswered)
})

test('a request of a limit on data says nothing of the SIM', () => {
  const [data] = requests('block confirmed')
  if (data === undefined) throw new Error('it was made')
  expect(blockState([{ ...data, service: 'data' }], NOW_MS).name).toBe('free')
})
