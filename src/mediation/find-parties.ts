/**
 * Which party of a CDR is served, and in which direction. Formats differ in what they know: a mobile
 * record names its SIM, an exchange an account code or only two numbers. What the record says comes
 * first; own numbers decide where it is silent.
 */
import type { Reason } from '../core/failures/reasons.ts'
import type { Cdr, Direction } from '../core/usage/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import type { NormalisedNumber, NumberNormaliser } from './normalise-number.ts'
import { isActive } from './subscription-index.ts'
import type { Holding, SubscriptionIndex } from './subscription-index.ts'

export interface Parties {
  direction: Direction
  sender: string
  receiver: string
  servedNumber: string
  /** May be one that was not active at the start of the usage. */
  holding: Holding | undefined
  /** The other party is a colleague on the same exchange. */
  internal: boolean
  /** Why the usage cannot go on; '' when it can. */
  problem: Reason | ''
  detail: string
}

export interface PartyFinder {
  /** The result is the finder's own object, valid until the next call. */
  find(cdr: Cdr): Parties
}

interface PartyTools {
  readonly source: SourceConfig
  readonly numbers: NumberNormaliser
  readonly index: SubscriptionIndex
}

export function createPartyFinder(tools: PartyTools): PartyFinder {
  const { source, numbers } = tools
  const parties: Parties = {
    direction: 'none',
    sender: '',
    receiver: '',
    servedNumber: '',
    holding: undefined,
    internal: false,
    problem: '',
    detail: '',
  }
  return {
    find(cdr) {
      const network = visitedNetworkOf(cdr, source)
      const sender = numbers.normalise(cdr.sender, cdr.kind, network)
      const receiver = numbers.normalise(cdr.receiver, cdr.kind, network)
      const account = accountOf(cdr, source, tools.index)
      parties.direction = cdr.direction
      parties.holding = servedBySim(cdr, network, account.accountId, tools)
      settleDirection(parties, cdr, { sender, receiver, account }, tools.index)
      nameParties(parties, cdr, { sender, receiver }, tools.index)
      parties.internal = isInternal(parties, cdr, receiver, tools.index)
      parties.problem = receiverProblem(parties, cdr, receiver)
      parties.detail = parties.problem === '' ? '' : detailOf(cdr, receiver)
      return parties
    },
  }
}

const TADIG = 'TADIG:'

/** The PLMN of a TADIG code that the source maps; a code that it does not map stays as it is. */
export function visitedNetworkOf(cdr: Cdr, source: SourceConfig): string {
  if (!cdr.visitedNetwork.startsWith(TADIG)) return cdr.visitedNetwork
  return source.tadigNetworks[cdr.visitedNetwork.slice(TADIG.length)] ?? cdr.visitedNetwork
}

interface AccountContext {
  /** The account that the exchange authenticated, '' when it names none. */
  readonly accountId: string
  readonly trunk: Holding | undefined
}

const NO_ACCOUNT: AccountContext = { accountId: '', trunk: undefined }

/**
 * An account code is a trunk's name or an account's id; where the record has none, or a code that means
 * something else, the account that the source as a whole belongs to.
 */
function accountOf(cdr: Cdr, source: SourceConfig, index: SubscriptionIndex): AccountContext {
  if (cdr.trunk !== '') {
    const trunk = index.find('trunk', cdr.trunk, cdr.startMs)
    if (trunk !== undefined) return { accountId: trunk.accountId, trunk }
    if (index.hasAccount(cdr.trunk)) return { accountId: cdr.trunk, trunk: undefined }
  }
  const { account } = source
  if (account === undefined || !index.hasAccount(account)) return NO_ACCOUNT
  return { accountId: account, trunk: undefined }
}

/** By what the record says about the served party itself. */
function servedBySim(
  cdr: Cdr,
  network: string,
  accountId: string,
  { numbers, index }: PartyTools,
): Holding | undefined {
  let holding: Holding | undefined
  if (cdr.servedNumber !== '') {
    const served = numbers.normalise(cdr.servedNumber, cdr.kind, network)
    holding = ownNumber(served, accountId, cdr.startMs, index)
  }
  if (cdr.imsi !== '' && !holds(holding, cdr.startMs)) {
    holding = better(holding, index.find('imsi', cdr.imsi, cdr.startMs), cdr.startMs)
  }
  if (cdr.iccid !== '' && !holds(holding, cdr.startMs)) {
    holding = better(holding, index.find('iccid', cdr.iccid, cdr.startMs), cdr.startMs)
  }
  return holding
}

interface NumbersOfCall {
  readonly sender: NormalisedNumber
  readonly receiver: NormalisedNumber
}

/**
 * Finds the served party among the own numbers where the record did not name it, then the trunk's
 * subscription. An own number beats the trunk that it belongs to, because it is more precise; a
 * number of another account is a caller id that the exchange was told, not an owner.
 */
function settleDirection(
  parties: Parties,
  cdr: Cdr,
  call: NumbersOfCall & { readonly account: AccountContext },
  index: SubscriptionIndex,
): void {
  const { startMs } = cdr
  const { accountId, trunk } = call.account
  const named = parties.holding
  if (holds(named, startMs) && cdr.direction !== 'none') return

  const byReceiver = mayBeIncoming(cdr, call.account)
    ? ownNumber(call.receiver, accountId, startMs, index)
    : undefined
  if (holds(named, startMs)) {
    const isReceiver = byReceiver?.subscription === named?.subscription
    parties.direction = isReceiver && !isOwn(call.sender, named, startMs, index) ? 'in' : 'out'
    return
  }
  const bySender =
    cdr.direction === 'out' || cdr.direction === 'none'
      ? ownNumber(call.sender, accountId, startMs, index)
      : undefined
  // A sender who is known but no longer active still made the call.
  const isFromOutside = named === undefined && bySender === undefined
  const incoming = cdr.direction === 'in' || (isFromOutside && byReceiver !== undefined)
  if (incoming) parties.direction = 'in'
  else if (cdr.direction === 'none') parties.direction = 'out'
  const own = incoming ? byReceiver : bySender
  parties.holding = better(better(named, own, startMs), trunk, startMs)
}

/**
 * An exchange may call the leg from a queue or ring group to a phone outgoing: inside the account
 * that it authenticated, a caller from outside who reaches an own number came in.
 */
function mayBeIncoming(cdr: Cdr, { accountId, trunk }: AccountContext): boolean {
  if (cdr.direction === 'forwarded' || cdr.overTrunk === true) return false
  return cdr.direction !== 'out' || (accountId !== '' && trunk === undefined)
}

function isOwn(
  number: NormalisedNumber,
  holding: Holding | undefined,
  atMs: number,
  index: SubscriptionIndex,
): boolean {
  if (holding === undefined) return false
  const { subscription } = holding
  return ownNumber(number, subscription.accountId, atMs, index)?.subscription === subscription
}

/** `accountId` '' means that any account will do; extensions exist only within one. */
function ownNumber(
  number: NormalisedNumber,
  accountId: string,
  atMs: number,
  index: SubscriptionIndex,
): Holding | undefined {
  if (number.form === 'e164') {
    const holding = index.find('number', number.value, atMs)
    return accountId === '' || holding?.accountId === accountId ? holding : undefined
  }
  if (accountId === '' || (number.form !== 'extension' && number.form !== 'short')) return undefined
  return index.findExtension(accountId, number.value, atMs)
}

function holds(holding: Holding | undefined, atMs: number): boolean {
  return holding !== undefined && isActive(holding, atMs)
}

/** The first that was active; else the first that is known at all. */
function better(
  first: Holding | undefined,
  second: Holding | undefined,
  atMs: number,
): Holding | undefined {
  if (first === undefined) return second
  return !isActive(first, atMs) && holds(second, atMs) ? second : first
}

/** Numbers as reports show them: an own extension appears as the subscription's number. */
function nameParties(
  parties: Parties,
  cdr: Cdr,
  { sender, receiver }: NumbersOfCall,
  index: SubscriptionIndex,
): void {
  const { holding } = parties
  parties.sender = sender.value
  parties.receiver = receiver.value
  if (holding === undefined) {
    const own = parties.direction === 'in' ? receiver.value : sender.value
    parties.servedNumber = cdr.servedNumber || own || cdr.imsi || cdr.iccid || cdr.trunk
    return
  }
  parties.servedNumber =
    holding.number || index.numberOf(holding.subscription, cdr.startMs) || holding.identity.value
  if (parties.direction === 'in') {
    if (isUnspoken(receiver)) parties.receiver = parties.servedNumber
  } else if (parties.direction === 'out' && isUnspoken(sender)) {
    parties.sender = parties.servedNumber
  }
}

function isUnspoken(own: NormalisedNumber): boolean {
  return own.form !== 'e164' && own.form !== 'masked' && own.form !== 'alphanumeric'
}

/**
 * Only exchanges have colleagues: a mobile call to one is carried and priced by the network, and so is
 * whatever left an exchange over a trunk.
 */
function isInternal(
  parties: Parties,
  cdr: Cdr,
  receiver: NormalisedNumber,
  index: SubscriptionIndex,
): boolean {
  const { holding } = parties
  if (holding === undefined || cdr.kind !== 'voice' || parties.direction === 'in') return false
  if (cdr.overTrunk === true) return false
  const { product, accountId } = holding
  if (product !== 'voip') return false
  if (receiver.form === 'extension') return true
  const colleague = ownNumber(receiver, accountId, cdr.startMs, index)
  return holds(colleague, cdr.startMs) && colleague?.product === 'voip'
}

/**
 * What goes out must have somewhere to go; who calls in may hide. Names ('s', 'Q1000') and feature
 * codes are places inside an exchange: no usage, unless the call left it.
 */
function receiverProblem(parties: Parties, cdr: Cdr, receiver: NormalisedNumber): Reason | '' {
  if (cdr.kind === 'data' || cdr.kind === 'event') return ''
  const { form } = receiver
  if (
    parties.direction === 'forwarded' &&
    cdr.receiver === cdr.servedNumber &&
    cdr.overTrunk === true
  ) {
    // The exchange wrote who was called, not where it went on to.
    if (receiver.value === parties.servedNumber) return 'missing_field'
  }
  const isPlace = form === 'feature' || (form === 'alphanumeric' && cdr.kind === 'voice')
  if (parties.direction === 'in') return isPlace && parties.holding === undefined ? 'no_number' : ''
  if (form === 'e164' || form === 'masked' || form === 'short') return ''
  const isOutside = cdr.overTrunk === true
  if (form === 'extension') {
    return isOutside || parties.holding?.product === 'mobile' ? 'number_invalid' : ''
  }
  if (isPlace && !isOutside) return 'no_number'
  return form === 'none' ? 'missing_field' : 'number_invalid'
}

function detailOf({ receiver, overTrunk }: Cdr, { form }: NormalisedNumber): string {
  if (overTrunk !== true || form !== 'extension') return receiver
  return `${receiver} left over a trunk and is no short number of the catalogue`
}
