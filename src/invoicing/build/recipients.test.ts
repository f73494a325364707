import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { recipientsOf } from './recipients.ts'

const account = {
  ...inventedRequest({ subscriptionsCount: 0 }).account,
  customerText: 'Ours',
  cdrFile: 'never' as const,
  paper: { zeroLines: 'shown' as const },
}
const address = { street: 'Kade 1', postcode: '1000', city: 'Haven', country: 'NL' }
const site = (changes: Partial<BillTo>): BillTo => ({
  billToId: 'site',
  accountId: account.accountId,
  address,
  readerIds: [],
  ...changes,
})

test('the account comes first, then its bill-to’s by id', () => {
  const found = recipientsOf(account, [site({ billToId: 'b' }), site({ billToId: 'a' })])
  expect(found.map(({ billToId }) => billToId)).toEqual(['', 'a', 'b'])
  expect(found[0]?.account).toBe(account)
})

test('what a bill-to does not say is as the account has it', () => {
  const [, plain] = recipientsOf(account, [site({})])
  expect(plain).toEqual({
    billToId: 'site',
    account: { ...account, party: { ...account.party, address } },
  })
})

test('what a bill-to says is its own', () => {
  const own = {
    language: 'fr',
    purchaseOrder: 'PO-9',
    customerText: 'Theirs',
    cdrFile: 'always',
    paper: { embedPdf: true },
    legalName: 'Haven B.V.',
    vatId: 'NL1',
    registrationNumber: '9',
  } as const
  const electronicAddress = { scheme: '0106', value: '01234567' } as const
  const [, found] = recipientsOf(account, [site({ ...own, electronicAddress })])
  const { language, purchaseOrder, customerText, cdrFile, ...rest } = own
  expect(found).toEqual({
    billToId: 'site',
    electronicAddress,
    account: {
      ...account,
      language,
      purchaseOrder,
      customerText,
      cdrFile,
      paper: { zeroLines: 'shown', embedPdf: true },
      party: {
        address,
        legalName: rest.legalName,
        vatId: rest.vatId,
        registrationNumber: rest.registrationNumber,
      },
    },
  })
})
