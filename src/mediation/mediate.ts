/**
 * CDR → usage: whose it is, in which direction, to which destination, of which call type and how
 * much. Called for every record, so it allocates the usage and little else. It never throws on
 * input: what cannot go on carries its reason.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory, HomeCountry } from '../core/accounts/accounts.ts'
import { isRatableTime } from '../core/time/period.ts'
import { UNBILLABLE_REASONS } from '../core/failures/reasons.ts'
import type { Reason, UnbillableReason } from '../core/failures/reasons.ts'
import { emptyUsage, isPartNumber } from '../core/usage/usage.ts'
import type { Cdr, DecodedRecord, UndecodedRecord, Usage } from '../core/usage/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { createClassifier } from '../catalogue/classify/classify.ts'
import type { Classifier, UsageTraits } from '../catalogue/classify/classify.ts'
import { contentHash } from './content-hash.ts'
import { createNumberNormaliser } from './normalise-number.ts'
import { createPartyFinder, visitedNetworkOf } from './find-parties.ts'
import type { Parties, PartyFinder } from './find-parties.ts'
import { createSubscriptionIndex, isActive, partnerAt } from './subscription-index.ts'

export interface Mediator {
  /** `origin` and `originRecord`: the file or topic-partition and the record's number there. */
  mediate(record: DecodedRecord, origin: string, originRecord: number): Usage
}

/** Compiles what one source needs. Catalogue and directory are immutable; a new one needs a new mediator. */
export function createMediator(parts: {
  source: SourceConfig
  catalogue: Catalogue
  directory: Directory
}): Mediator {
  const { source, catalogue, directory } = parts
  const stage: MediationStage = {
    source,
    catalogue,
    classifier: createClassifier(catalogue),
    parties: createPartyFinder({
      source,
      numbers: createNumberNormaliser(source, catalogue.specialNumbers),
      index: createSubscriptionIndex(directory),
    }),
    traits: {
      product: 'none',
      kind: 'none',
      direction: 'none',
      location: '',
      destinationClass: '',
      destinationZone: '',
    },
  }
  return {
    mediate(record, origin, originRecord) {
      const usage = emptyUsage()
      usage.origin = origin
      usage.originRecord = originRecord
      if (record.status !== 'cdr') return takeUndecoded(usage, record, source)
      takeFields(usage, record, source)
      const problem = problemOf(usage, record, stage)
      if (problem !== '') refuse(usage, problem, record)
      return usage
    },
  }
}

interface MediationStage {
  readonly source: SourceConfig
  readonly catalogue: Catalogue
  readonly classifier: Classifier
  readonly parties: PartyFinder
  /** Filled again for each usage. */
  readonly traits: UsageTraits
}

/** The steps in order of precedence of their reasons; '' when the usage can be rated. */
function problemOf(usage: Usage, cdr: Cdr, stage: MediationStage): Reason | '' {
  if (cdr.recordKey === '') return blame(usage, 'missing_field', 'the record has no key')
  if (!isRatableTime(cdr.startMs)) return blame(usage, 'invalid_time', `${cdr.startMs} ms`)
  if (!isQuantity(usage.durationSeconds)) {
    return blame(usage, 'invalid_quantity', `${usage.durationSeconds} s`)
  }
  if (!isQuantity(usage.quantity)) return blame(usage, 'invalid_quantity', `${usage.quantity}`)
  if (!isPartNumber(cdr.partNumber)) {
    usage.partNumber = 0 // The row of a rejected record must fit the ledger too.
    return blame(usage, 'invalid_quantity', `part number ${cdr.partNumber}`)
  }

  const parties = stage.parties.find(cdr)
  usage.direction = parties.direction
  usage.sender = parties.sender
  usage.receiver = parties.receiver
  usage.servedNumber = parties.servedNumber
  const identityProblem = identify(usage, parties)
  if (parties.problem !== '') return blame(usage, parties.problem, parties.detail)
  return identityProblem || classify(usage, parties, stage)
}

function identify(usage: Usage, parties: Parties): Reason | '' {
  const holding = parties.holding
  if (holding === undefined) return blame(usage, 'served_unknown', usage.servedNumber)
  usage.partnerId = partnerAt(holding, usage.startMs)
  usage.accountId = holding.accountId
  usage.subscriptionId = holding.subscriptionId
  usage.subscriptionIndex = holding.subscriptionIndex
  usage.product = holding.product
  if (isActive(holding, usage.startMs)) return ''
  const { activatedMs, terminatedMs } = holding.subscription
  return blame(
    usage,
    'subscription_inactive',
    usage.startMs < activatedMs
      ? `active from ${new Date(activatedMs).toISOString()}`
      : `terminated at ${new Date(terminatedMs).toISOString()}`,
  )
}

function classify(usage: Usage, parties: Parties, stage: MediationStage): Reason | '' {
  const { classifier, traits, catalogue } = stage
  const home = parties.holding?.home ?? stage.source.homeCountry
  const location = classifier.locationOf(usage.visitedNetwork, home, usage.startMs)
  if (location === undefined) return blame(usage, 'network_unknown', usage.visitedNetwork)

  traits.product = usage.product
  traits.kind = usage.kind
  traits.direction = usage.direction
  traits.location = location
  traits.destinationClass = ''
  traits.destinationZone = ''
  if (parties.internal) {
    traits.destinationClass = 'internal'
    usage.supplier = '' // It never left the exchange.
  } else if (usage.kind !== 'data') {
    const problem = takeDestination(usage, home, stage)
    if (problem !== '') return problem
  }
  const callTypeIndex = classifier.callTypeOf(traits)
  const callType = catalogue.callTypes[callTypeIndex]
  if (callType === undefined) return blame(usage, 'call_type_unknown', describe(traits))
  usage.callTypeIndex = callTypeIndex
  usage.callType = callType.id
  return ''
}

/** The other party of what goes out; the called own number of what comes in (an 0800 owner pays). */
function takeDestination(usage: Usage, home: HomeCountry, stage: MediationStage): Reason | '' {
  const { classifier, traits } = stage
  const incoming = usage.direction === 'in'
  const number = incoming ? usage.servedNumber : usage.receiver
  if (number === '') return ''
  const destination = classifier.destinationOf(number, usage.kind, home, usage.startMs)
  if (destination === undefined) {
    return incoming ? '' : blame(usage, 'destination_unknown', number)
  }
  traits.destinationClass = destination.destinationClass
  traits.destinationZone = destination.zone
  if (!incoming) usage.destination = destination.destinationId
  return ''
}

function takeFields(usage: Usage, cdr: Cdr, source: SourceConfig): void {
  usage.usageId = `${source.sourceId}:${cdr.recordKey}`
  usage.contentHash = contentHash(cdr)
  usage.product = source.product
  usage.kind = cdr.kind
  usage.startMs = cdr.startMs
  usage.durationSeconds = cdr.durationSeconds
  usage.volumeBytes = cdr.volumeUpBytes + cdr.volumeDownBytes
  usage.quantity = quantityOf(cdr)
  usage.visitedNetwork = visitedNetworkOf(cdr, source)
  usage.sessionKey = cdr.sessionKey
  usage.partNumber = cdr.partNumber
  usage.recordAmount = cdr.amount ?? ''
  usage.supplier = source.supplier ?? ''
}

function quantityOf(cdr: Cdr): number {
  if (cdr.kind === 'voice') return cdr.durationSeconds
  if (cdr.kind === 'data') return cdr.volumeUpBytes + cdr.volumeDownBytes
  return cdr.count
}

function isQuantity(quantity: number): boolean {
  return quantity >= 0 && Number.isSafeInteger(quantity)
}

function blame(usage: Usage, reason: Reason, detail: string): Reason {
  usage.detail = detail
  return reason
}

function describe(traits: UsageTraits): string {
  const { product, kind, direction, location, destinationClass, destinationZone } = traits
  return [product, kind, direction, location, destinationClass, destinationZone].join(' ')
}

function refuse(usage: Usage, reason: Reason, record: { readonly raw: string }): void {
  if (isUnbillable(reason)) {
    usage.unbillableReason = reason
  } else {
    usage.rejectReason = reason
    usage.raw = record.raw
  }
}

function isUnbillable(reason: Reason): reason is UnbillableReason {
  return Object.hasOwn(UNBILLABLE_REASONS, reason)
}

/** A record without a key is known by its place: read again from there, it is the same one. */
function takeUndecoded(usage: Usage, record: UndecodedRecord, source: SourceConfig): Usage {
  usage.usageId = `${source.sourceId}:${usage.origin}#${usage.originRecord}`
  usage.product = source.product
  usage.detail = record.detail
  refuse(usage, record.reason, record)
  return usage
}
