/** Steps at the edges: the same moment twice, and what begins only later. */
import { describe, expect, test } from 'vitest'
import { createWorld } from '../../../test/rating/world.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { changeSubscription } from './change-subscription.ts'
import type { SubscriptionStep } from './directory-event.ts'

const [NOW_MS, LATER_MS] = [1_000, 2_000]
const since = (fromMs: number, toMs = Infinity) => ({ fromMs, toMs })
const modules = [
  { moduleId: 'eu', ...since(0) },
  { moduleId: 'world', ...since(0, 500) },
  { moduleId: 'world', ...since(LATER_MS) },
]
const [one] = createWorld({
  subscriptions: [{ subscriptionId: 'A', groups: [{ groupId: 'g', ...since(LATER_MS) }], modules }],
}).directory.subscriptions

function changed(step: Record<string, string>, atMs: number, of: Partial<Subscription> = {}) {
  if (one === undefined) throw new Error('the world has a subscription')
  return changeSubscription({ ...one, ...of }, step as unknown as SubscriptionStep, atMs)
}

function to(account: string, atMs: number, of: Partial<Subscription> = {}) {
  return changed({ type: 'takeover', account }, atMs, of)
}

describe('a termination', () => {
  test('ends what holds then, and what would begin later', () => {
    expect(changed({ type: 'terminate' }, NOW_MS)).toMatchObject({
      changed: {
        terminatedMs: NOW_MS,
        modules: [
          { moduleId: 'eu', ...since(0, NOW_MS) },
          { moduleId: 'world', ...since(0, 500) },
        ],
        groups: [],
      },
    })
  })

  test('at the same moment once more changes nothing, and a step after it is a problem', () => {
    const ended = { terminatedMs: NOW_MS }
    expect(changed({ type: 'terminate' }, NOW_MS, ended)).toMatchObject({ changed: ended })
    expect(changed({ type: 'terminate' }, NOW_MS + 1, ended)).toHaveProperty('problem')
  })

  test('at the moment of the activation is one, before it is a problem', () => {
    const begun = { activatedMs: NOW_MS }
    expect(changed({ type: 'terminate' }, NOW_MS, begun)).toHaveProperty('changed')
    expect(changed({ type: 'terminate' }, NOW_MS - 1, begun)).toHaveProperty('problem')
  })
})

describe('the end of a module', () => {
  test('is of the one that holds then, and leaves the others', () => {
    const result = changed({ type: 'end-module', module: 'world' }, LATER_MS)
    expect(result).toMatchObject({
      changed: { modules: [{ moduleId: 'eu' }, { moduleId: 'world', ...since(0, 500) }] },
    })
    expect(changed({ type: 'end-module', module: 'eu' }, NOW_MS)).toMatchObject({
      changed: { modules: [...modules.slice(1), { moduleId: 'eu', ...since(0, NOW_MS) }] },
    })
  })

  test('that ended at that very moment is as it was', () => {
    const result = changed({ type: 'end-module', module: 'world' }, 500)
    expect(result).toMatchObject({ changed: { modules } })
  })

  test.each([NOW_MS, 501, LATER_MS - 1])(
    'that has ended or begins later is a problem at %d',
    (atMs) => {
      const result = changed({ type: 'end-module', module: 'world' }, atMs)
      expect(result).toEqual({ problem: 'it has no module world then' })
    },
  )
})

describe('a takeover', () => {
  const gone = { accountId: 'other', earlierAccounts: [{ accountId: 'acc', toMs: NOW_MS }] }

  test('keeps who had it before, and ends its groups', () => {
    expect(to('other', NOW_MS)).toMatchObject({ changed: { ...gone, groups: [] } })
  })

  test('from the activation on has always been so', () => {
    expect(to('other', 0)).toMatchObject({ changed: { accountId: 'other', earlierAccounts: [] } })
  })

  test('that is told twice is the same, from an earlier moment it moves there', () => {
    expect(to('other', NOW_MS, gone)).toMatchObject({ changed: gone })
    expect(to('other', 500, gone)).toMatchObject({
      changed: { accountId: 'other', earlierAccounts: [{ accountId: 'acc', toMs: 500 }] },
    })
  })

  test('back at the same moment is none, back later is one more', () => {
    expect(to('acc', NOW_MS, gone)).toMatchObject({
      changed: { accountId: 'acc', earlierAccounts: [] },
    })
    expect(to('acc', LATER_MS, gone)).toMatchObject({
      changed: {
        accountId: 'acc',
        earlierAccounts: [...gone.earlierAccounts, { accountId: 'other', toMs: LATER_MS }],
      },
    })
  })

  test.each([
    ['to who has it already', 'other', LATER_MS, gone],
    ['before another one', 'third', 500, gone],
    ['at its end', 'other', LATER_MS, { terminatedMs: LATER_MS }],
  ])('%s is a problem', (_what, account, atMs, of) => {
    expect(to(account, atMs, of)).toHaveProperty('problem')
  })
})
