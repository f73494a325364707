/**
 * What `tik catalogue show` says and what rating does know the same agreement; which rate follows from
 * it each finds itself: here they are held to the same, for any plan, modules and agreements.
 */
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { showRule } from '../src/rating/explain/show-rule.ts'
import type { Account, Directory, Subscription, Validity } from '../src/core/accounts/accounts.ts'
import { choiceAt } from '../src/rating/memory/entitlement.ts'
import { createOfferBook, offeredAt } from '../src/rating/memory/offer.ts'
import { smallCompany } from './small-company.ts'

const CALL_TYPES = [
  'national-mobile',
  'roaming-eu-out',
  'roaming-eu-data',
  'international-eu-mobile',
]
const RATES = ['mobile-basic-voice', 'mobile-national', 'calling-eu-above', 'gone']
const MODULES = ['calling-eu', 'calling-eu-dearer', 'mobile-internet-eu']
const PLANS = ['mobile-go', 'mobile-pool', 'mobile-open', 'gone', 'ended']
const AT_MS = 5

let catalogue: Catalogue

beforeAll(async () => {
  const sample = await loadCatalogue('fixtures/catalogue')
  const callingEu = sample.modules.get('calling-eu')
  if (callingEu === undefined) throw new Error('the sample has no module calling-eu')
  const dearerRate = { rateId: 'mobile-national', from: 'calling-eu-dearer' }
  const rates = new Map([['roaming-eu-out', [{ ...dearerRate, fromMs: 4, toMs: 6 }]]])
  const dearer = { ...callingEu, rates, fromMs: 3, toMs: 7 }
  const go = sample.plans.get('mobile-go')
  if (go === undefined) throw new Error('the sample has no plan mobile-go')
  const ended = { ...go, toMs: AT_MS }
  catalogue = {
    ...sample,
    plans: new Map([...sample.plans, ['ended', ended]]),
    modules: new Map([...sample.modules, ['calling-eu-dearer', dearer]]),
  }
})

const stretch = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }))
const dated = <T extends object>(entry: fc.Arbitrary<T>): fc.Arbitrary<T & Validity> =>
  fc.tuple(entry, stretch).map(([given, validity]) => ({ ...given, ...validity }))
const situation = fc.record({
  plans: fc.array(dated(fc.record({ planId: fc.constantFrom(...PLANS) })), { maxLength: 1 }),
  modules: fc.array(dated(fc.record({ moduleId: fc.constantFrom(...MODULES) })), { maxLength: 3 }),
  rateOverrides: fc.array(
    dated(
      fc.record({ callType: fc.constantFrom(...CALL_TYPES), rateId: fc.constantFrom(...RATES) }),
    ),
    { maxLength: 2 },
  ),
  callType: fc.constantFrom(...CALL_TYPES),
})

/** The later one wins, although the catalogue offers the earlier one from the same moment on. */
const TAKEN_IN_THIS_ORDER = {
  plans: [],
  modules: [
    { moduleId: 'calling-eu', fromMs: 3, toMs: 6 },
    { moduleId: 'calling-eu-dearer', fromMs: 0, toMs: 6 },
  ],
  rateOverrides: [],
  callType: 'roaming-eu-out',
}

test('show names the rate that rating takes', () => {
  const offers = createOfferBook(catalogue)
  fc.assert(
    fc.property(situation, ({ plans, modules, rateOverrides, callType }) => {
      const { directory, subscription, account } = world({ plans, modules, rateOverrides })
      const choice = choiceAt(AT_MS, { subscription, account }, catalogue)
      const offer = choice === undefined ? undefined : offers.offerFor(choice)
      const index = catalogue.callTypeIndexById.get(callType) ?? -1
      const rated = offer === undefined ? undefined : offeredAt(offer, index, AT_MS)?.rates.rateId
      const text = showRule({
        catalogue,
        directory,
        accountId: account.accountId,
        callType,
        atMs: AT_MS,
      })
      const missing = offer === undefined ? 'rejected: plan_missing' : 'rejected: rate_missing'
      expect(text).toContain(rated === undefined ? missing : `  rate ${rated}, from `)
    }),
    { numRuns: 300, examples: [[TAKEN_IN_THIS_ORDER]] },
  )
})

/** The small company's SIM, alone and with other plans, modules and agreements. */
function world(given: Pick<Subscription, 'plans' | 'modules'> & Pick<Account, 'rateOverrides'>) {
  const { plans, modules, rateOverrides } = given
  const company = smallCompany()
  const sim = company.subscriptions.find(({ product }) => product === 'mobile')
  const [anAccount] = company.accounts.values()
  const [aPartner] = company.partners.values()
  if (sim === undefined || anAccount === undefined || aPartner === undefined) {
    throw new Error('the small company has lost its SIM')
  }
  const partner = { ...aPartner, defaultPlans: { mobile: 'mobile-unlimited' } }
  const account = { ...anAccount, rateOverrides }
  const subscription = { ...sim, activatedMs: 0, plans, modules }
  const directory: Directory = {
    ...company,
    partners: new Map([[partner.partnerId, partner]]),
    accounts: new Map([[account.accountId, account]]),
    subscriptions: [subscription],
  }
  return { directory, subscription, account }
}
