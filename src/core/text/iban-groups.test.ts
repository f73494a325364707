import { expect, test } from 'vitest'
import { ibanGroups } from './iban-groups.ts'

test.each`
  iban                        | groups
  ${'NL02ABNA0123456789'}     | ${'NL02 ABNA 0123 4567 89'}
  ${'BE68 5390 0754 7034'}    | ${'BE68 5390 0754 7034'}
  ${' nl02abna 0123456789 '}  | ${'nl02 abna 0123 4567 89'}
  ${'DE89370400440532013000'} | ${'DE89 3704 0044 0532 0130 00'}
  ${''}                       | ${''}
`('$iban is read as "$groups"', ({ iban, groups }) => {
  expect(ibanGroups(String(iban))).toBe(groups)
})
