/**
 * Accounting records become usage. Counters are cumulative, so of a session either its last record
 * counts (the others are superseded), or each record counts what it adds to the one before (parts).
 * Each record that is accepted leaves exactly once; memory is bounded by OPEN_SESSIONS_MAX. Sessions
 * that ended are remembered while parts are counted: a Stop that is sent again would count all anew.
 */
import type { Cdr, DecodedRecord } from '../../core/usage.ts'
import type { EmitRecord, PendingCall } from '../format.ts'
import { DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from './decoded-record.ts'
import { rejectedRecord, unbillableRecord } from './decoded-record.ts'
import type { AccountingRecord } from './radius-attributes.ts'

export interface SessionRules {
  readonly interim: 'superseded' | 'parts'
  readonly carryOpen: boolean
  /** Parts only: a session that began longer ago and is not known cannot be told from its rest. */
  readonly openHours: number
  readonly openSessionsMax: number
  /** Who and where, of a record. */
  readonly identify: (record: AccountingRecord) => SessionIdentity
}

export type SessionIdentity = Pick<
  Cdr,
  'kind' | 'servedNumber' | 'imsi' | 'trunk' | 'sender' | 'receiver' | 'visitedNetwork'
>

/** The newest record of a session that has not stopped, and what of it was counted already. */
interface OpenSession {
  readonly raw: string
  readonly nas: string
  readonly atMs: number
  readonly seconds: number
  readonly input: number
  readonly output: number
  readonly part: number
  /** The CDR that the record becomes when the gateway restarts without a Stop; none when counted. */
  readonly closing: DecodedRecord | undefined
  /** Parts: what it used until now is charged. */
  readonly isCounted: boolean
  /** Its record ended in an earlier file. */
  readonly isCarried: boolean
}

export const OPEN_SESSIONS_MAX = 100_000
const HOUR_SECONDS = 3_600

export class RadiusSessions {
  readonly #rules: SessionRules
  readonly #open = new Map<string, OpenSession>()
  /** Parts only. */
  readonly #ended = new Map<string, OpenSession>()

  constructor(rules: SessionRules) {
    this.#rules = rules
  }

  accept(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    if (record.status === 'restart') {
      this.#closeAllOf(record.nas, emit)
      emit(unbillableRecord('control_record', 'the gateway restarted', raw))
      return
    }
    if (record.session === '') {
      emit(rejectedRecord('missing_field', 'no Acct-Session-Id', raw))
    } else if (record.status === 'start') {
      emit(unbillableRecord('control_record', 'the start of a session', raw))
    } else {
      const problem = problemOf(record)
      if (problem !== undefined) emit(rejectedRecord(problem.reason, problem.detail, raw))
      else if (this.#rules.interim === 'parts') this.#countPart(record, raw, emit)
      else if (record.status === 'stop') this.#stop(record, raw, emit)
      else this.#hold(record, raw, emit)
    }
  }

  /** Sessions without a Stop are carried over, or incomplete. */
  end(emit: EmitRecord): void {
    for (const session of this.#open.values()) {
      if (session.isCounted || session.isCarried) continue
      if (this.#rules.carryOpen) {
        emit(unbillableRecord('carried_over', 'counters of an open session', session.raw))
      } else emit(incompleteSession(session))
    }
    if (!this.#rules.carryOpen) this.#open.clear()
  }

  pending(): readonly PendingCall[] {
    return [
      ...Array.from(this.#open, (entry) => toPending('open', entry)),
      ...Array.from(this.#ended, (entry) => toPending('ended', entry)),
    ]
  }

  /** `record` is what `pending.raw` holds. */
  restore({ key, raw, fields, isCounted }: PendingCall, record: AccountingRecord): void {
    const sessions = fields['state'] === 'ended' ? this.#ended : this.#open
    const closing = isCounted ? undefined : this.#wholeSession(record, raw)
    const part = Number.parseInt(fields['part'] ?? '0', 10)
    sessions.set(key, openSession(record, raw, { part, closing, isCounted, isCarried: true }))
  }

  #stop(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const held = this.#open.get(record.session)
    this.#open.delete(record.session)
    if (held !== undefined && !held.isCarried) emit(supersededRecord(held.raw))
    emit(this.#wholeSession(record, raw))
  }

  /** Keeps the newest interim record; the one before it is superseded. */
  #hold(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const held = this.#open.get(record.session)
    if (held !== undefined && !isLater(record, held)) {
      emit(supersededRecord(raw))
      return
    }
    if (held !== undefined && !held.isCarried) emit(supersededRecord(held.raw))
    const closing = this.#wholeSession(record, raw)
    const state = { part: 0, closing, isCounted: false, isCarried: false }
    keepNewest(this.#open, record.session, openSession(record, raw, state))
    if (this.#open.size <= this.#rules.openSessionsMax) return
    const oldest = takeOldest(this.#open)
    if (oldest !== undefined) emit(incompleteSession(oldest))
  }

  #countPart(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const { openHours, openSessionsMax } = this.#rules
    const { session: key, sessionSeconds } = record
    const before = this.#open.get(key)
    const ended = this.#ended.get(key)
    if (ended !== undefined && !beganAfter(record, ended)) {
      emit(supersededRecord(raw))
    } else if (before !== undefined && !isLater(record, before)) {
      if (record.status === 'stop') this.#end(key, before)
      emit(supersededRecord(raw))
    } else if (before === undefined && sessionSeconds > openHours * HOUR_SECONDS) {
      emit(rejectedRecord('call_incomplete', 'what was counted of it before is not known', raw))
    } else if (before === undefined && this.#open.size >= openSessionsMax) {
      // Dropping another session would forget what of it is charged; this one counts all later.
      emit(rejectedRecord('call_incomplete', `${openSessionsMax} sessions are open`, raw))
    } else {
      const part = (before?.part ?? 0) + 1
      emit(this.#partOf(record, before, part, raw))
      const state = { part, closing: undefined, isCounted: true, isCarried: false }
      const counted = openSession(record, raw, state)
      if (record.status === 'stop') this.#end(key, counted)
      else keepNewest(this.#open, key, counted)
    }
  }

  #end(key: string, session: OpenSession): void {
    this.#open.delete(key)
    keepNewest(this.#ended, key, session)
    if (this.#ended.size > this.#rules.openSessionsMax) takeOldest(this.#ended)
  }

  /** A restart ends the sessions of the gateway: their last counters are all there will be. */
  #closeAllOf(nas: string, emit: EmitRecord): void {
    for (const [key, session] of this.#open) {
      if (session.nas !== nas) continue
      this.#open.delete(key)
      if (session.closing !== undefined) emit(session.closing)
    }
    for (const [key, session] of this.#ended) if (session.nas === nas) this.#ended.delete(key)
  }

  #wholeSession(record: AccountingRecord, raw: string): Cdr {
    const seconds = Math.max(record.sessionSeconds, 0)
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/stop`,
      startMs: record.atMs - seconds * 1_000,
      durationSeconds: seconds,
      volumeUpBytes: Math.max(record.inputBytes, 0),
      volumeDownBytes: Math.max(record.outputBytes, 0),
      partNumber: 0,
    })
  }

  #partOf(
    record: AccountingRecord,
    before: OpenSession | undefined,
    part: number,
    raw: string,
  ): Cdr {
    const seconds = Math.max(record.sessionSeconds, 0)
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/${record.status}/${seconds}/${part}`,
      startMs: before?.atMs ?? record.atMs - seconds * 1_000,
      durationSeconds: seconds - (before?.seconds ?? 0),
      volumeUpBytes: Math.max(record.inputBytes, 0) - (before?.input ?? 0),
      volumeDownBytes: Math.max(record.outputBytes, 0) - (before?.output ?? 0),
      partNumber: part,
    })
  }

  #cdr(
    record: AccountingRecord,
    raw: string,
    measured: Pick<
      Cdr,
      | 'recordKey'
      | 'startMs'
      | 'durationSeconds'
      | 'volumeUpBytes'
      | 'volumeDownBytes'
      | 'partNumber'
    >,
  ): Cdr {
    return {
      status: 'cdr',
      raw,
      direction: 'out',
      iccid: '',
      count: 1,
      sessionKey: record.session,
      ...this.#rules.identify(record),
      ...measured,
    }
  }
}

function openSession(
  record: AccountingRecord,
  raw: string,
  state: Pick<OpenSession, 'part' | 'closing' | 'isCounted' | 'isCarried'>,
): OpenSession {
  return {
    raw,
    nas: record.nas,
    atMs: record.atMs,
    seconds: Math.max(record.sessionSeconds, 0),
    input: Math.max(record.inputBytes, 0),
    output: Math.max(record.outputBytes, 0),
    ...state,
  }
}

/** Puts it at the end, so that the map is ordered by the newest record. */
function keepNewest(sessions: Map<string, OpenSession>, key: string, session: OpenSession): void {
  sessions.delete(key)
  sessions.set(key, session)
}

function takeOldest(sessions: Map<string, OpenSession>): OpenSession | undefined {
  const [oldest] = sessions
  if (oldest !== undefined) sessions.delete(oldest[0])
  return oldest?.[1]
}

function toPending(state: 'open' | 'ended', [key, session]: [string, OpenSession]): PendingCall {
  const { raw, atMs, part, isCounted, isCarried } = session
  return { key, raw, atMs, fields: { state, part: String(part) }, isCounted, isCarried }
}

/** The gateway gave the session's name to another one. */
function beganAfter(record: AccountingRecord, ended: OpenSession): boolean {
  const { sessionSeconds, atMs } = record
  return sessionSeconds > 0 && atMs - sessionSeconds * 1_000 > ended.atMs
}

/** Counters only grow: a record that counts no more in anything came late or twice. */
function isLater(record: AccountingRecord, held: OpenSession): boolean {
  const { sessionSeconds, inputBytes, outputBytes } = record
  const isLess = inputBytes < held.input || outputBytes < held.output
  const isMore =
    sessionSeconds > held.seconds || inputBytes > held.input || outputBytes > held.output
  return !isLess && sessionSeconds >= held.seconds && (isMore || record.status === 'stop')
}

function problemOf(
  record: AccountingRecord,
): { reason: 'invalid_time' | 'missing_field' | 'invalid_quantity'; detail: string } | undefined {
  if (!(record.atMs > 0)) return { reason: 'invalid_time', detail: 'no time of the event' }
  if (record.inputBytes === -1 && record.outputBytes === -1 && record.sessionSeconds === -1) {
    return { reason: 'missing_field', detail: 'no octets and no session time' }
  }
  const volume = record.inputBytes + record.outputBytes
  const isSane = record.sessionSeconds <= DURATION_SECONDS_MAX && volume <= VOLUME_BYTES_MAX
  return isSane ? undefined : { reason: 'invalid_quantity', detail: 'octets or session time' }
}

function supersededRecord(raw: string): DecodedRecord {
  return unbillableRecord('superseded', 'counters that a later record contains', raw)
}

function incompleteSession(session: OpenSession): DecodedRecord {
  return rejectedRecord('call_incomplete', 'the session has no Stop', session.raw)
}
