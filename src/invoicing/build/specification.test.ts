import { expect, test } from 'vitest'
import type { Identity } from '../../core/accounts/accounts.ts'
import { buildInvoice } from './build-invoice.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'

const OCTOBER_20 = Date.UTC(2026, 9, 20)
const NOVEMBER_20 = Date.UTC(2026, 10, 20)

const number = (value: string, fromMs: number, toMs = Infinity): Identity => ({
  kind: 'number',
  value,
  fromMs,
  toMs,
})

test.each`
  identities                                                           | named       | why
  ${[number('+31999', 0, OCTOBER_20), number('+31111', OCTOBER_20)]}   | ${'+31111'} | ${'a number that was replaced in the period is not named'}
  ${[number('+31111', 0, NOVEMBER_20), number('+31999', NOVEMBER_20)]} | ${'+31111'} | ${'nor one that came after it'}
  ${[number('+31999', NOVEMBER_20), number('+31111', 0, NOVEMBER_20)]} | ${'+31111'} | ${'in whatever order they stand'}
  ${[number('+31999', 0, 1), number('+31111', 1, OCTOBER_20)]}         | ${'+31111'} | ${'the last one of what has none at the end'}
`('the annex names a number that is valid at the end of the period: $why', (row) => {
  const request = inventedRequest({ subscriptionsCount: 1 })
  const subscriptions = request.subscriptions.map((one) => ({ ...one, identities: row.identities }))
  const { specification } = buildInvoice({ ...request, subscriptions })
  expect(specification.map((each) => each.number)).toEqual([row.named])
})
