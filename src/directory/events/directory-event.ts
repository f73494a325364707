/**
 * Events by which other systems change accounts and subscriptions: a part of the accounts document, or
 * one step in the life of a subscription, which may carry a one-off charge. docs/directory-events.md
 * has examples.
 */
import { z } from 'zod'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import {
  directoryDocumentSchema,
  id,
  lines,
  localMoment,
  money,
  text,
} from '../document/directory-schema.ts'

/** `2026-11-02T10:00` local to the account, or `2026-11-02T09:00:00Z` with an offset. */
const moment = z.union(
  [localMoment, z.iso.datetime({ offset: true })],
  'a moment such as "2026-11-02T10:00" (local to the account) or "2026-11-02T09:00:00Z"',
)
const identity = z.string().regex(/^[^|\s]+$/, 'no spaces')
/** The line on the next invoice; the fee is the sender's to know. */
const charge = z.strictObject({
  amount: money,
  description: text.min(1).optional(),
  tax: z.enum(TAX_CATEGORIES).optional(),
})

const discount = directoryDocumentSchema.shape.accounts
  .unwrap()
  .element.shape.discounts.unwrap().element

const common = { id, charge: charge.optional() }
const step = { ...common, subscription: id, at: moment }

export const directoryEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('document'), id, document: directoryDocumentSchema }),
  z.strictObject({
    type: z.literal('activate'),
    ...common,
    subscription: directoryDocumentSchema.shape.subscriptions.unwrap().element,
  }),
  z.strictObject({ type: z.literal('terminate'), ...step }),
  z.strictObject({ type: z.literal('block-sim'), ...step }),
  z.strictObject({ type: z.literal('unblock-sim'), ...step }),
  z
    .strictObject({
      type: z.literal('swap-sim'),
      ...step,
      imsi: identity.optional(),
      iccid: identity.optional(),
    })
    .refine(
      ({ imsi, iccid }) => imsi !== undefined || iccid !== undefined,
      'the new imsi or iccid',
    ),
  z.strictObject({ type: z.literal('port-in'), ...step, number: identity }),
  z.strictObject({ type: z.literal('port-out'), ...step, number: identity }),
  z.strictObject({ type: z.literal('change-plan'), ...step, plan: id }),
  z.strictObject({ type: z.literal('add-module'), ...step, module: id }),
  z.strictObject({ type: z.literal('end-module'), ...step, module: id }),
  z.strictObject({ type: z.literal('takeover'), ...step, account: id }),
  /** Without one it is on the account's own invoice again. */
  z.strictObject({ type: z.literal('change-bill-to'), ...step, billTo: id.optional() }),
  z.strictObject({ type: z.literal('add-discount'), id, account: id, discount }),
  z.strictObject({
    type: z.literal('end-discount'),
    id,
    account: id,
    at: moment,
    on: z.enum(['recurring', 'usage', 'call-type']),
    callType: z.string().default(''),
    /** Which, where there is a percentage and an amount. */
    kind: z.enum(['percent', 'amount']).optional(),
  }),
  z.strictObject({
    type: z.literal('add-charge'),
    id,
    charge: directoryDocumentSchema.shape.oneOffCharges.unwrap().element.omit({ removed: true }),
  }),
  z.strictObject({ type: z.literal('remove-charge'), id, charge: id }),
  z.strictObject({
    type: z.literal('change-references'),
    id,
    account: id,
    purchaseOrder: text.optional(),
    customerText: lines.optional(),
  }),
])

export type DirectoryEvent = z.output<typeof directoryEventSchema>
/** A step of an account itself, or of what it is charged. */
export type AccountStep = Extract<
  DirectoryEvent,
  { type: 'add-discount' | 'end-discount' | 'add-charge' | 'remove-charge' | 'change-references' }
>
export type SubscriptionStep = Exclude<
  DirectoryEvent,
  AccountStep | { type: 'document' | 'activate' }
>

const ACCOUNT_STEPS: ReadonlySet<string> = new Set<AccountStep['type']>([
  'add-discount',
  'end-discount',
  'add-charge',
  'remove-charge',
  'change-references',
])

export function isAccountStep(event: DirectoryEvent): event is AccountStep {
  return ACCOUNT_STEPS.has(event.type)
}

/** What a charge is called when its event does not say. */
export const CHARGE_DESCRIPTIONS: Readonly<Record<SubscriptionStep['type'] | 'activate', string>> =
  {
    activate: 'Activation',
    terminate: 'Termination',
    'block-sim': 'SIM block',
    'unblock-sim': 'SIM unblock',
    'swap-sim': 'SIM swap',
    'port-in': 'Number porting',
    'port-out': 'Number porting',
    'change-plan': 'Change of plan',
    'add-module': 'Module',
    'end-module': 'Module',
    takeover: 'Takeover',
    'change-bill-to': 'Change of bill-to',
  }
