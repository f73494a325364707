/** An account of the benches' directories: whose it is does not matter to what they measure. */
import type { Account } from '../src/core/accounts/accounts.ts'

export const BENCH_PARTY = {
  legalName: 'Bench B.V.',
  address: { street: 'Straat 1', postcode: '1000 AA', city: 'Amsterdam', country: 'NL' },
  vatId: 'NL000000000B01',
  registrationNumber: '00000000',
}

export function benchAccount(accountId: string, partnerId: string): Account {
  return {
    accountId,
    partnerId,
    parentAccountId: '',
    party: BENCH_PARTY,
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'nl',
    purchaseOrder: '',
    paymentTermDays: 14,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [],
    earlierTerms: [],
    closedPeriods: [],
  }
}
