import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf } from './request-address.ts'

test.each([
  ['/readyz', '/readyz', {}],
  ['/?query=SELECT+1&param_a=%27', '/', { query: 'SELECT 1', param_a: "'" }],
  ['//', '//', {}],
  ['http://[', 'http://[', {}],
  [undefined, '/', {}],
])('%j has the path %j', (target, path, search) => {
  const address = addressOf(target)
  expect([address.path, Object.fromEntries(address.search)]).toEqual([path, search])
})

test('nothing that a stranger writes makes it throw', () => {
  fc.assert(fc.property(fc.string(), (target) => typeof addressOf(target).path === 'string'))
})
