import { describe, expect, test } from 'vitest'
import type { Directory, Identity, Subscription } from '../core/accounts/accounts.ts'
import { exampleDirectory, localMs } from '../../test/doubles/example-directory.ts'
import { createSubscriptionIndex, isActive } from './subscription-index.ts'

const NOON = localMs('10-15 12:00')

describe('an identity leads to whoever has it at the moment', () => {
  const index = createSubscriptionIndex(exampleDirectory())

  test.each([
    ['the last millisecond of the first owner', NOON - 1, 'moved-a'],
    ['the first millisecond of the next', NOON, 'moved-b'],
  ])('%s', (_name, atMs, subscriptionId) => {
    expect(index.find('number', '+31610000002', atMs)?.subscriptionId).toBe(subscriptionId)
  })

  test('the number of a SIM is found through each of its IMSIs', () => {
    const swapped = localMs('10-12 12:00')
    expect(index.find('imsi', '204160000000001', swapped - 1)?.number).toBe('+31610000001')
    expect(index.find('imsi', '204160000000001', swapped)).toBeUndefined()
    expect(index.find('imsi', '204160000000009', swapped)?.number).toBe('+31610000001')
  })

  test('one extension in two accounts is two extensions', () => {
    expect(index.findExtension('acme', '201', NOON)?.subscriptionId).toBe('desk-1')
    expect(index.findExtension('bakker', '201', NOON)?.subscriptionId).toBe('shop')
    expect(index.findExtension('nobody', '201', NOON)).toBeUndefined()
    expect(index.find('number', '201', NOON)).toBeUndefined()
  })

  test('a terminated subscription is named, but not active', () => {
    const atMs = localMs('10-20 12:00')
    const holding = index.find('number', '+31610000003', atMs)
    expect(holding?.subscriptionId).toBe('ended')
    expect(holding && isActive(holding, atMs)).toBe(false)
  })
})

describe('a number that several had', () => {
  const [first, second] = [localMs('10-05 00:00'), localMs('10-10 00:00')]
  const index = createSubscriptionIndex(
    withSubscriptions([
      held('third', second, Infinity),
      held('first', 0, first),
      held('second', first, second),
    ]),
  )

  test.each([
    [0, 'first'],
    [first, 'second'],
    [second, 'third'],
  ])('at %d is the one whose time it was', (atMs, subscriptionId) => {
    expect(index.find('number', '+31610000009', atMs)?.subscriptionId).toBe(subscriptionId)
  })

  test('and that nobody had in between is nobody’s', () => {
    const gapped = createSubscriptionIndex(
      withSubscriptions([held('first', 0, first), held('third', second, Infinity)]),
    )
    expect(gapped.find('number', '+31610000009', first)).toBeUndefined()
  })

  test('is the next owner’s although the last one was never closed', () => {
    const left = { ...held('first', 0, Infinity), terminatedMs: first }
    const taken = createSubscriptionIndex(
      withSubscriptions([left, held('second', first, Infinity)]),
    )
    expect(taken.find('number', '+31610000009', first)?.subscriptionId).toBe('second')
    expect(taken.find('number', '+31610000009', first - 1)?.subscriptionId).toBe('first')
  })
})

function withSubscriptions(subscriptions: Subscription[]): Directory {
  return {
    ...exampleDirectory(),
    subscriptions: subscriptions.map((one, index) => ({ ...one, index })),
  }
}

function held(subscriptionId: string, fromMs: number, toMs: number): Subscription {
  const number: Identity = { kind: 'number', value: '+31610000009', fromMs, toMs }
  const [pattern] = exampleDirectory().subscriptions
  if (pattern === undefined) throw new Error('the example has subscriptions')
  return { ...pattern, subscriptionId, identities: [number] }
}
