/**
 * Events by which other systems change accounts and subscriptions: a part of the accounts document, or
 * one step in the life of a subscription, which may carry a one-off charge. docs/directory-events.md
 * has examples.
 */
import { z } from 'zod'
import { TAX_CATEGORIES } from '../../core/tax.ts'
import {
  directoryDocumentSchema,
  id,
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
])

export type DirectoryEvent = z.output<typeof directoryEventSchema>
export type SubscriptionStep = Exclude<DirectoryEvent, { type: 'document' | 'activate' }>

/** What a charge is called when its event does not say. */
export const CHARGE_DESCRIPTIONS: Readonly<Record<DirectoryEvent['type'], string>> = {
  document: '',
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
}
