import { expect, test } from 'vitest'
import type { Identity } from './accounts.ts'
import { nameAt } from './subscription-name.ts'

const number = (value: string, fromMs: number, toMs = Infinity): Identity => ({
  kind: 'number',
  value,
  fromMs,
  toMs,
})
const imsi: Identity = { kind: 'imsi', value: '204080000000001', fromMs: 0, toMs: Infinity }
const ported = [imsi, number('+31600000001', 0, 100), number('+31600000002', 100, 200)]

test.each`
  atMs   | identities                                           | name              | why
  ${99}  | ${ported}                                            | ${'+31600000001'} | ${'the number of then'}
  ${100} | ${ported}                                            | ${'+31600000002'} | ${'its successor from its first instant on'}
  ${200} | ${ported}                                            | ${imsi.value}     | ${'another identity when no number holds'}
  ${200} | ${ported.slice(1)}                                   | ${'+31600000002'} | ${'what it had last'}
  ${0}   | ${[number('+31600000004', 9), number('+316003', 5)]} | ${'+316003'}      | ${'what it gets next'}
  ${0}   | ${[]}                                                | ${'sim-1'}        | ${'its id'}
`('at $atMs it is $name: $why', ({ atMs, identities, name }) => {
  expect(nameAt({ subscriptionId: 'sim-1', identities }, atMs)).toBe(name)
})
