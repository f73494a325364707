/**
 * Why a record ended without a charge: closed lists, in order of precedence, with the sentence that
 * a person reads. A rejected record waits in suspense until its cause is mended and it is replayed;
 * an unbillable one is no usage of anybody (a header leg, an internal half of a call) or was given up
 * by a person, and is final.
 */
export const REJECT_REASONS = {
  malformed_record: 'the record cannot be read in its format',
  truncated_record: 'the record is cut off',
  missing_field: 'a field that rating needs is empty',
  invalid_time: 'a time is not a moment that exists in the time zone of the source',
  invalid_quantity: 'a duration, volume, count or part number is negative, absurd or not a number',
  number_invalid: 'a number cannot be normalised to E.164 or a known short code',
  call_incomplete: 'the end of the call is not known',
  legs_unclear: 'who made this leg of a call, or what of it is charged, cannot be said',
  served_unknown: 'no subscription has the served number at that moment',
  subscription_inactive: 'the subscription was not active at that moment',
  network_unknown: 'the visited network is in no zone of the catalogue',
  destination_unknown: 'no prefix of the rate deck matches the other party',
  call_type_unknown: 'no call type of the catalogue covers this usage',
  plan_missing: 'the subscription has no plan at that moment',
  rate_missing: 'the plan has no rate for the call type at that moment',
  price_missing: 'no row of the price deck has the number at that moment',
  amount_missing: 'the price is the amount in the record, and the record has none that can be used',
  charge_out_of_range: 'the charge, or a sum that it adds to, is too large to be exact',
  cdr_conflict: 'the same record id came before with other content',
  too_far_ahead: 'the usage starts in the future',
  reason_lost: 'it was rejected and left suspense since; the reason was lost with a damaged part',
} as const

export const UNBILLABLE_REASONS = {
  control_record: 'a record of the format that describes no usage',
  internal_leg: 'one half of a leg inside the exchange',
  linked_leg: 'a part of a leg that another row of the call carries as a whole',
  recording_leg: 'a leg to a recorder or an announcement',
  superseded: 'an interim record; the final one is rated',
  carried_over: 'a part of a call or session that goes on in a later file',
  incoming_leg: 'the terminating side of a call that its originator pays',
  not_answered: 'nobody answered, and the record says no more that could be used',
  no_number: 'a feature code or an extension of the exchange, not a number',
  written_off: 'a person gave it up; the detail says who and why',
} as const

export type RejectReason = keyof typeof REJECT_REASONS
export type UnbillableReason = keyof typeof UNBILLABLE_REASONS
export type Reason = RejectReason | UnbillableReason

/** What a usage says of its reason: none, or one of the lists above. */
export const REJECT_WORDS = ['', ...keysOf<RejectReason>(REJECT_REASONS)] as const
export const UNBILLABLE_WORDS = ['', ...keysOf<UnbillableReason>(UNBILLABLE_REASONS)] as const

/** How a record ended in the ledger. Exactly one of these for every record that came in. */
export const OUTCOMES = ['rated', 'duplicate', 'rejected', 'unbillable'] as const
export type LedgerOutcome = (typeof OUTCOMES)[number]

function keysOf<Key extends string>(reasons: Readonly<Record<Key, string>>): Key[] {
  const isKey = (key: string): key is Key => Object.hasOwn(reasons, key)
  return Object.keys(reasons).filter(isKey)
}
