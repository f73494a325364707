/**
 * Turns an accounts document into the `Directory` that mediation and rating use: local dates become
 * instants in the account's time zone, references are checked, defaults are filled in.
 */
import type {
  Account,
  Directory,
  Group,
  OneOffCharge,
  Partner,
  Subscription,
  User,
} from '../../core/accounts/accounts.ts'
import {
  ibanProblem,
  registrationNumberProblem,
  vatIdProblem,
} from '../../core/text/check-digits.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { buildBillTos } from './build-bill-tos.ts'
import { buildDiscounts } from './build-discounts.ts'
import { buildMinimums } from './build-minimums.ts'
import { buildLimits } from './build-limits.ts'
import { buildSubscription, overlappingIdentities } from './build-subscription.ts'
import { doubledAssignments } from '../doubled-assignments.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'
import { wrongParents } from './wrong-parents.ts'
import { isTimeZone, validityOf, localMomentMs } from '../local-moment.ts'

/** Everything that one accounts document says. */
export interface DirectoryContent {
  readonly directory: Directory
  readonly oneOffCharges: readonly OneOffCharge[]
  /** Charges that are not to be billed after all. */
  readonly removedChargeIds?: readonly string[]
  readonly webhooks: readonly Webhook[]
  /** Subscriptions of which the document names no plan: an import leaves them those that they have. */
  readonly planless?: ReadonlySet<string>
}

export interface Webhook {
  readonly owner: 'account' | 'partner'
  readonly ownerId: string
  readonly url: string
  readonly secret: string
}

/** What a document may refer to without containing it: what is imported already. */
export type KnownDirectory = Pick<Directory, 'partners' | 'accounts' | 'groups' | 'billTos'> & {
  readonly users?: readonly Pick<User, 'userId' | 'accountId'>[]
  readonly subscriptions: readonly Pick<Subscription, 'subscriptionId' | 'accountId' | 'product'>[]
  /** Where a catalogue is at hand. */
  readonly catalogue?: CatalogueIds | undefined
}

/** What a document is held against of the catalogue. */
export interface CatalogueIds {
  readonly callTypes: ReadonlySet<string>
  /** Allowances that last for a lifetime. */
  readonly lifetimes: ReadonlySet<string>
}

const HOME_TIME_ZONES = { NL: 'Europe/Amsterdam', BE: 'Europe/Brussels' } as const

/** The directory, or problems with their places in the document; then the directory is of no use. */
export function buildDirectory(
  document: DirectoryDocument,
  known?: KnownDirectory,
): { content: DirectoryContent; problems: DocumentProblem[] } {
  const problems: DocumentProblem[] = [...duplicateIds(document)]
  const partners = new Map([...(known?.partners ?? []), ...buildPartners(document)])
  problems.push(...wrongNumbers(document))
  const accounts = new Map([
    ...(known?.accounts ?? []),
    ...buildAccounts(document, partners, problems, known?.catalogue?.callTypes),
  ])
  const groups = new Map([
    ...(known?.groups ?? []),
    ...buildGroups(document, problems, known?.catalogue),
  ])
  const billTos = billTosOf(document, { accounts, known, problems })
  const subscriptions = document.subscriptions.flatMap((written, index): Subscription[] => {
    const account = accounts.get(written.account)
    if (account === undefined) {
      problems.push(missing(['subscriptions', index, 'account'], 'account', written.account))
      return []
    }
    const partner = partners.get(account.partnerId)
    const context = { index, account, accounts, partner, groups, billTos, problems }
    return [buildSubscription(written, context)]
  })
  problems.push(...overlappingIdentities(subscriptions))
  problems.push(...wrongParents(document, accounts))
  const given = document.accounts.flatMap(({ id }) => accounts.get(id) ?? [])
  problems.push(...doubledAssignments(subscriptions, given))
  for (const [index, group] of document.groups.entries()) {
    if (!accounts.has(group.account)) {
      problems.push(missing(['groups', index, 'account'], 'account', group.account))
    }
  }
  const all = [...(known?.subscriptions ?? []), ...subscriptions]
  const accountOfSubscription = new Map(all.map((one) => [one.subscriptionId, one.accountId]))
  const productOfSubscription = new Map(all.map((one) => [one.subscriptionId, one.product]))
  const owners = { partners, accounts, accountOfSubscription, productOfSubscription }
  const limits = buildLimits(document, { ...owners, problems })
  const users = buildUsers(document, accounts, problems)
  const charges = buildCharges(document, { accounts, accountOfSubscription, billTos, problems })
  const webhooks = webhooksOf(document)
  const directory = {
    partners: new Map(document.partners.flatMap(({ id }) => entryOf(partners, id))),
    accounts: new Map(document.accounts.flatMap(({ id }) => entryOf(accounts, id))),
    subscriptions,
    groups: new Map(document.groups.flatMap(({ id }) => entryOf(groups, id))),
    ...(document.billTos.length === 0
      ? {}
      : { billTos: new Map(document.billTos.flatMap(({ id }) => entryOf(billTos, id))) }),
    users,
    limits,
  }
  const planless = new Set(
    document.subscriptions.filter(({ plans }) => plans.length === 0).map(({ id }) => id),
  )
  const removedChargeIds = document.oneOffCharges.flatMap((each) => (each.removed ? [each.id] : []))
  const removed = new Set(removedChargeIds)
  const oneOffCharges = charges.filter(({ chargeId }) => !removed.has(chargeId))
  return {
    content: { directory, oneOffCharges, removedChargeIds, webhooks, planless },
    problems,
  }
}

function billTosOf(
  document: DirectoryDocument,
  context: {
    readonly accounts: ReadonlyMap<string, Account>
    readonly known: KnownDirectory | undefined
    readonly problems: DocumentProblem[]
  },
): ReadonlyMap<string, BillTo> {
  const { accounts, known, problems } = context
  const written = document.users.map(({ id, account }) => ({ userId: id, accountId: account }))
  const users = [...(known?.users ?? []), ...written]
  const before = known?.billTos ?? new Map()
  const built = buildBillTos(document, { accounts, known: before, users, problems })
  return new Map([...before, ...built])
}

function webhooksOf(document: DirectoryDocument): Webhook[] {
  return [
    ...document.partners.map((written) => ({ owner: 'partner' as const, ...written })),
    ...document.accounts.map((written) => ({ owner: 'account' as const, ...written })),
  ].flatMap(({ owner, id, webhook }) =>
    webhook === undefined ? [] : [{ owner, ownerId: id, ...webhook }],
  )
}

/** Numbers that check themselves, of what this document writes; what is stored already names `bill check`. */
function* wrongNumbers(document: DirectoryDocument): Generator<DocumentProblem> {
  for (const list of ['partners', 'accounts'] as const) {
    for (const [index, party] of document[list].entries()) {
      const { vatId, registrationNumber, address } = party
      const found = {
        vatId: vatIdProblem(vatId),
        registrationNumber: registrationNumberProblem(registrationNumber, address.country),
        iban: 'iban' in party ? ibanProblem(party.iban) : undefined,
      }
      for (const [field, message] of Object.entries(found)) {
        if (message !== undefined) yield { path: [list, index, field], message }
      }
    }
  }
}

function buildPartners(document: DirectoryDocument): [string, Partner][] {
  return document.partners.map(({ id, legalName, address, vatId, registrationNumber, ...rest }) => {
    const {
      contact,
      defaultPlans,
      creditNoteNumbers,
      directDebit,
      numberSeries,
      paper,
      reminders,
      webhook: _webhook,
      ...other
    } = rest
    const party = { legalName, address, vatId, registrationNumber }
    const plans = {
      ...(defaultPlans.voip === undefined ? {} : { voip: defaultPlans.voip }),
      ...(defaultPlans.mobile === undefined ? {} : { mobile: defaultPlans.mobile }),
    }
    return [
      id,
      {
        partnerId: id,
        party,
        ...other,
        ...ownNumbers(creditNoteNumbers),
        ...(paper === undefined ? {} : { paper }),
        ...(contact === undefined ? {} : { contact }),
        ...(directDebit === undefined ? {} : { directDebit }),
        ...remindersOf(reminders),
        ...seriesOf(numberSeries),
        defaultPlans: plans,
      },
    ]
  })
}

function seriesOf(rules: NonNullable<Partner['numberSeries']>): Pick<Partner, 'numberSeries'> {
  return Object.keys(rules).length === 0 ? {} : { numberSeries: rules }
}

function remindersOf(rules: NonNullable<Partner['reminders']>): Pick<Partner, 'reminders'> {
  return rules.steps.length === 0 && rules.terms.length === 0 ? {} : { reminders: rules }
}

function ownNumbers(numbers: 'shared' | 'own'): Pick<Partner, 'creditNoteNumbers'> {
  return numbers === 'own' ? { creditNoteNumbers: numbers } : {}
}

function buildAccounts(
  document: DirectoryDocument,
  partners: ReadonlyMap<string, Partner>,
  problems: DocumentProblem[],
  callTypes: ReadonlySet<string> | undefined,
): [string, Account][] {
  return document.accounts.map((written, index) => {
    const partner = partners.get(written.partner)
    if (partner === undefined) {
      problems.push(missing(['accounts', index, 'partner'], 'partner', written.partner))
    }
    const timeZone = written.timeZone ?? HOME_TIME_ZONES[written.country]
    const zoneIsKnown = isTimeZone(timeZone)
    if (!zoneIsKnown) {
      problems.push({
        path: ['accounts', index, 'timeZone'],
        message: `no time zone "${timeZone}"; write an IANA name such as "Europe/Amsterdam"`,
      })
    }
    const zone = zoneIsKnown ? timeZone : HOME_TIME_ZONES[written.country]
    const path = ['accounts', index, 'discounts']
    const context = { timeZone: zone, path, problems, callTypes }
    const discounts = buildDiscounts(written.discounts, context)
    const minimums = buildMinimums(written.minimumSpends, {
      timeZone: zone,
      path: ['accounts', index, 'minimumSpends'],
      problems,
    })
    const account = toAccount(written, zone, partner?.language ?? 'nl', discounts)
    return [written.id, minimums.length === 0 ? account : { ...account, minimumSpends: minimums }]
  })
}

function toAccount(
  written: DirectoryDocument['accounts'][number],
  timeZone: string,
  partnerLanguage: Partner['language'],
  discounts: Account['discounts'],
): Account {
  const { legalName, address, vatId, registrationNumber } = written
  return {
    accountId: written.id,
    partnerId: written.partner,
    parentAccountId: written.parent ?? '',
    ...(written.invoicedOn === 'parent' ? { invoicedOn: written.invoicedOn } : {}),
    party: { legalName, address, vatId, registrationNumber },
    country: written.country,
    timeZone,
    anchorDay: written.anchorDay,
    language: written.language ?? partnerLanguage,
    purchaseOrder: written.purchaseOrder,
    ...(written.customerText === '' ? {} : { customerText: written.customerText }),
    paymentTermDays: written.paymentTermDays,
    sendZeroInvoices: written.sendZeroInvoices,
    ...(written.costCentreLines ? { costCentreLines: true } : {}),
    ...(written.customerKind === undefined ? {} : { customerKind: written.customerKind }),
    cdrFile: written.cdrFile,
    ...(written.paper === undefined ? {} : { paper: written.paper }),
    ...(written.mandate === undefined ? {} : { mandate: written.mandate }),
    rateOverrides: written.rateOverrides.map((override) => ({
      callType: override.callType,
      rateId: override.rate,
      ...validityOf(override, timeZone, 0),
    })),
    discounts,
    earlierTerms: [],
    closedPeriods: [],
  }
}

function buildGroups(
  document: DirectoryDocument,
  problems: DocumentProblem[],
  catalogue: CatalogueIds | undefined,
): [string, Group][] {
  return document.groups.map(({ id, account, name, allowances }, index) => {
    for (const [position, allowanceId] of allowances.entries()) {
      if (catalogue?.lifetimes.has(allowanceId) !== true) continue
      const message = `a group has no beginning, so "${allowanceId}" cannot last for a lifetime; give it to the subscriptions`
      problems.push({ path: ['groups', index, 'allowances', position], message })
    }
    return [id, { groupId: id, accountId: account, name, allowanceIds: allowances }]
  })
}

function buildUsers(
  document: DirectoryDocument,
  accounts: ReadonlyMap<string, Account>,
  problems: DocumentProblem[],
): User[] {
  return document.users.map(({ id, account, language, ...rest }, index) => {
    const owner = accounts.get(account)
    if (owner === undefined) problems.push(missing(['users', index, 'account'], 'account', account))
    return {
      userId: id,
      accountId: account,
      language: language ?? owner?.language ?? 'nl',
      ...rest,
    }
  })
}

function buildCharges(
  document: DirectoryDocument,
  context: {
    accounts: ReadonlyMap<string, Account>
    accountOfSubscription: ReadonlyMap<string, string>
    billTos: ReadonlyMap<string, BillTo>
    problems: DocumentProblem[]
  },
): OneOffCharge[] {
  return document.oneOffCharges.map((written, index) => {
    const account = context.accounts.get(written.account)
    const path = ['oneOffCharges', index]
    if (account === undefined) {
      context.problems.push(missing([...path, 'account'], 'account', written.account))
    }
    const subscriptionId = written.subscription ?? ''
    const owner = context.accountOfSubscription.get(subscriptionId)
    if (subscriptionId !== '' && owner !== written.account) {
      const message = `${written.account} has no subscription "${subscriptionId}"`
      context.problems.push({ path: [...path, 'subscription'], message })
    }
    const { billTo } = written
    if (billTo !== undefined && subscriptionId !== '') {
      const message = 'a charge of a subscription stands on the invoice that this is on'
      context.problems.push({ path: [...path, 'billTo'], message })
    }
    if (billTo !== undefined && context.billTos.get(billTo)?.accountId !== written.account) {
      const message = `${written.account} has no bill-to "${billTo}"`
      context.problems.push({ path: [...path, 'billTo'], message })
    }
    return {
      chargeId: written.id,
      accountId: written.account,
      subscriptionId,
      ...(billTo === undefined ? {} : { billToId: billTo }),
      atMs: localMomentMs(written.at, account?.timeZone ?? 'UTC'),
      description: written.description,
      amountMicros: microsFromDecimal(written.amount),
      ...(written.tax === undefined ? {} : { taxCategory: written.tax }),
    }
  })
}

function* duplicateIds(document: DirectoryDocument): Generator<DocumentProblem> {
  const lists = [
    'partners',
    'accounts',
    'subscriptions',
    'groups',
    'billTos',
    'users',
    'oneOffCharges',
  ] as const
  for (const list of lists) {
    const seen = new Set<string>()
    for (const [index, { id }] of document[list].entries()) {
      if (seen.has(id)) yield { path: [list, index, 'id'], message: `"${id}" is there already` }
      seen.add(id)
    }
  }
}

function missing(path: PropertyKey[], what: string, id: string): DocumentProblem {
  return { path, message: `there is no ${what} "${id}"` }
}

function entryOf<Value>(map: ReadonlyMap<string, Value>, id: string): [string, Value][] {
  const value = map.get(id)
  return value === undefined ? [] : [[id, value]]
}
