/**
 * Who is billed and by what agreement: the reference data that mediation and rating look things up
 * in. A `Directory` is an immutable snapshot, loaded from the operations store or from one file.
 * Everything that can change has half-open validity [fromMs, toMs); toMs is Infinity while open.
 */
import type { Micros } from '../money/money.ts'
import type { BillTo, BillToAssignment } from './bill-to.ts'
import type { AccountPaper, PartnerPaper } from './paper.ts'
import type { PartnerContact } from './partner-contact.ts'
import type { DirectDebit, Mandate } from './direct-debit.ts'
import type { NumberRules } from './number-rules.ts'
import type { CustomerKind, ReminderRules } from './reminder-rules.ts'
import type { TaxCategory } from '../money/tax.ts'
import type { Product } from '../usage/usage.ts'
import type { Validity } from '../time/validity.ts'

export type { Validity }

export const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export type HomeCountry = 'NL' | 'BE'

export interface Address {
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly country: string
}

export interface Party {
  readonly legalName: string
  readonly address: Address
  readonly vatId: string
  /** KVK (NL) or KBO/BCE (BE) number. */
  readonly registrationNumber: string
}

export interface Partner {
  readonly partnerId: string
  readonly party: Party
  readonly iban: string
  readonly bic: string
  readonly mailFrom: string
  readonly language: Language
  /** Credit notes have numbers of their own; those of invoices where it is absent. */
  readonly creditNoteNumbers?: 'own'
  readonly paper?: PartnerPaper
  /** Where its customers find somebody. */
  readonly contact?: PartnerContact
  /** Where series that have not begun begin, and what stands before their numbers. */
  readonly numberSeries?: NumberRules
  /** What it collects open invoices with; it cannot where it is absent. */
  readonly directDebit?: DirectDebit
  /** How overdue invoices are reminded of; nobody is where it is absent or has no steps. */
  readonly reminders?: ReminderRules
  /** Plan for a subscription that names none, by product. */
  readonly defaultPlans: Readonly<Partial<Record<Product, string>>>
}

/** When and by whom an account is billed. */
export interface BillingTerms {
  readonly partnerId: string
  readonly timeZone: string
  /** First day of the billing period, 1-28. */
  readonly anchorDay: number
}

/** What held up to a boundary: the end of a billing period. See account-calendar.ts. */
export interface EarlierTerms extends BillingTerms {
  /** First local day, in this time zone, on which it no longer held. */
  readonly toDay: number
}

export interface Account extends BillingTerms {
  readonly accountId: string
  readonly parentAccountId: string
  /** Its charges stand on the invoice of its parent; left out = on its own. */
  readonly invoicedOn?: 'parent'
  readonly party: Party
  readonly country: HomeCountry
  readonly language: Language
  readonly purchaseOrder: string
  /** Stands on each invoice, some lines long; left out where there is none. */
  readonly customerText?: string
  readonly paymentTermDays: number
  readonly sendZeroInvoices: boolean
  /** Each line of its invoices is of one cost centre; left out = lines are of all subscriptions alike. */
  readonly costCentreLines?: true
  /** On whom duties depend; absent = not said. */
  readonly customerKind?: CustomerKind
  /** Whether its invoice mails carry the CDR file; absent = when it is small. */
  readonly cdrFile?: CdrFileWish
  readonly paper?: AccountPaper
  /** To collect its invoices by direct debit. */
  readonly mandate?: Mandate
  /** Call type id → rate id, only where this account departs from its plans. */
  readonly rateOverrides: readonly RateOverride[]
  readonly discounts: readonly Discount[]
  /** One at a time; left out where there is none. */
  readonly minimumSpends?: readonly MinimumSpend[]
  /** Ascending; empty where the account's terms hold since ever. */
  readonly earlierTerms: readonly EarlierTerms[]
  /** Periods that an invoice has closed; later usage of them is late. */
  readonly closedPeriods: readonly ClosedPeriod[]
}

export const CDR_FILE_WISHES = ['always', 'if-small', 'never'] as const
export type CdrFileWish = (typeof CDR_FILE_WISHES)[number]

export interface RateOverride extends Validity {
  readonly callType: string
  readonly rateId: string
}

export interface Discount extends Validity {
  readonly on: 'recurring' | 'usage' | 'call-type'
  readonly callType: string
  /** Hundredths of a percent: 1250 = 12.5 %; 0 where it is an amount. */
  readonly percentHundredths: number
  /** Once on each invoice; 0 where it is a percentage. */
  readonly amountMicros: Micros
  readonly description: string
}

/** What an account pays at least for a period, without VAT. */
export interface MinimumSpend extends Validity {
  /** What counts: usage, or fees too. */
  readonly on: 'usage' | 'usage-and-recurring'
  /** Of a whole month. */
  readonly amountMicros: Micros
  /** Of what makes it up; undefined = the standard rate, or what the customer bears instead. */
  readonly taxCategory?: TaxCategory | undefined
}

export interface ClosedPeriod {
  /** Local date of the period's first day, in days since 1970-01-01. */
  readonly periodStartDay: number
  readonly closedAtMs: number
}

/** Whose a subscription was, up to a moment. */
export interface EarlierAccount {
  readonly accountId: string
  readonly toMs: number
}

/**
 * As it is stored: one for each id, with the accounts that had it before. A directory that rating,
 * billing and mediation look things up in has one for each account that held it, of the time in which
 * it did (core/accounts/held-subscriptions.ts).
 */
export interface Subscription {
  readonly subscriptionId: string
  /** Position in `Directory.subscriptions`. */
  readonly index: number
  readonly accountId: string
  /** Ascending; left out where it was always the account's. */
  readonly earlierAccounts?: readonly EarlierAccount[]
  /** Of the time with one account: whether it came from another, and whether it went to another. */
  readonly takenOver?: { readonly came: boolean; readonly went: boolean }
  readonly product: Product
  readonly label: string
  readonly costCentre: string
  readonly activatedMs: number
  readonly terminatedMs: number
  /** E.164 numbers, extensions, IMSIs, ICCIDs and trunk names that lead to this subscription. */
  readonly identities: readonly Identity[]
  readonly plans: readonly PlanAssignment[]
  readonly modules: readonly ModuleAssignment[]
  readonly groups: readonly GroupMembership[]
  /** Ascending, one at a time; left out where it is always on the account's own invoice. */
  readonly billTos?: readonly BillToAssignment[]
}

export interface Identity extends Validity {
  readonly kind: 'number' | 'imsi' | 'iccid' | 'trunk'
  readonly value: string
}

export interface PlanAssignment extends Validity {
  readonly planId: string
}

export interface ModuleAssignment extends Validity {
  readonly moduleId: string
}

export interface GroupMembership extends Validity {
  readonly groupId: string
}

export interface Group {
  readonly groupId: string
  readonly accountId: string
  readonly name: string
  /** Allowances with a fixed amount for the group as a whole; pooled ones come from members' plans. */
  readonly allowanceIds: readonly string[]
}

export const MESSAGE_KINDS = [
  'voip-high-usage',
  'mobile-high-usage',
  'invoices',
  'sim-block',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export interface User {
  readonly userId: string
  readonly accountId: string
  readonly name: string
  readonly email: string
  readonly language: Language
  readonly registrations: readonly MessageKind[]
}

export type LimitCode =
  | 'group-bundle'
  | 'data-bundle'
  | 'sms-bundle'
  | 'voice-bundle'
  | 'account-total'
  | 'subscription-total'
  | 'national-data'
  | 'voip-total'
  | 'module-volume'
  | 'sim-cap'
  | 'roaming-spend'

/** One value that somebody set. The effective one is the customer's, else the partner's default. */
export interface LimitSetting extends Validity {
  readonly code: LimitCode
  /** A partner's is the default of all its accounts; the others are the customer's own. */
  readonly scopeKind: 'partner' | 'account' | 'subscription'
  /** Whose: unique within the kind only. */
  readonly scopeId: string
  /** Which module or service, for `module-volume` and `sim-cap`; '' otherwise. */
  readonly subject: string
  /** Micros for money limits, seconds, bytes or messages for volumes; 0 = switched off. */
  readonly amount: number
  readonly action: 'notify' | 'block'
  /** Levels beside 100 %, as src/limits/limit-levels.ts writes them; absent or '' = those of its kind. */
  readonly levels?: string
}

export interface Directory {
  readonly partners: ReadonlyMap<string, Partner>
  readonly accounts: ReadonlyMap<string, Account>
  readonly subscriptions: readonly Subscription[]
  readonly groups: ReadonlyMap<string, Group>
  /** By id; left out where no account has one. */
  readonly billTos?: ReadonlyMap<string, BillTo>
  readonly users: readonly User[]
  readonly limits: readonly LimitSetting[]
}

/** One-off charges that operations added by hand or by a provisioning event. */
export interface OneOffCharge {
  readonly chargeId: string
  readonly accountId: string
  readonly subscriptionId: string
  /** Of one that is of no subscription: on whose invoice it stands; left out = the account's own. */
  readonly billToId?: string
  readonly atMs: number
  readonly description: string
  readonly amountMicros: Micros
  /** As said with the charge; undefined = the standard rate, or what the customer bears instead. */
  readonly taxCategory?: TaxCategory | undefined
}
