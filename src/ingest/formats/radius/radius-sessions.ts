/**
 * Accounting records become usage. Counters are cumulative, so of a session either its last record
 * counts (the others are superseded), or each record counts what it adds to the one before (parts).
 * Each record that is accepted leaves exactly once; memory is bounded by OPEN_SESSIONS_MAX. Sessions
 * that ended are remembered while parts are counted: a Stop that is sent again would count all anew.
 */
import assert from 'node:assert/strict'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, PendingCall } from '../../format.ts'
import { DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import type { AccountingRecord } from './radius-attributes.ts'
import { continueCounters, firstCounters, hasWrapped } from './radius-counters.ts'
import { countersFromText, countersToText, NO_COUNTERS } from './radius-counters.ts'
import type { Continuation, SessionCounters } from './radius-counters.ts'

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
  readonly counters: SessionCounters
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
  /** Parts, and sessions whose Stop does not say itself what they used. */
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
    const counters = countersFromText(fields['counters']) ?? firstCounters(record)
    const closing = isCounted ? undefined : this.#wholeSession(record, counters, raw)
    const part = Number.parseInt(fields['part'] ?? '0', 10)
    const state = { counters, part, closing, isCounted, isCarried: true }
    sessions.set(key, openSession(record, raw, state))
  }

  #stop(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const ended = this.#ended.get(record.session)
    if (ended !== undefined && !beganAfter(record, ended)) {
      emit(supersededRecord(raw))
      return
    }
    const held = this.#open.get(record.session)
    const next = continuationOf(held, record)
    if (next.kind === 'newer' || (next.kind === 'late' && !next.isLess)) {
      this.#open.delete(record.session)
      if (held !== undefined && !held.isCarried) emit(supersededRecord(held.raw))
      const counters = next.kind === 'newer' ? next.counters : held?.counters
      if (hasWrapped(counters)) this.#remember(record, raw, counters)
      emit(this.#wholeSession(record, counters ?? firstCounters(record), raw))
      return
    }
    // Never less than was seen: the session ends with the counters before this Stop.
    assert(held?.closing !== undefined, 'only a session that is held can be contradicted')
    this.#remember(record, held.raw, held.counters)
    this.#open.delete(record.session)
    emit(held.closing)
    if (next.kind === 'late') {
      emit(unbillableRecord('superseded', 'counts less than an earlier record, which counts', raw))
    } else emit(rejectedRecord('invalid_quantity', next.detail, raw))
  }

  /** Keeps the newest interim record; the one before it is superseded. */
  #hold(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const held = this.#open.get(record.session)
    const next = continuationOf(held, record)
    if (next.kind !== 'newer') {
      emit(notNewer(next, raw))
      return
    }
    if (held !== undefined && !held.isCarried) emit(supersededRecord(held.raw))
    const { counters } = next
    const closing = this.#wholeSession(record, counters, raw)
    const state = { counters, part: 0, closing, isCounted: false, isCarried: false }
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
      return
    }
    if (before === undefined && sessionSeconds > openHours * HOUR_SECONDS) {
      emit(rejectedRecord('call_incomplete', 'what was counted of it before is not known', raw))
      return
    }
    if (before === undefined && this.#open.size >= openSessionsMax) {
      // Dropping another session would forget what of it is charged; this one counts all later.
      emit(rejectedRecord('call_incomplete', `${openSessionsMax} sessions are open`, raw))
      return
    }
    const next = continuationOf(before, record)
    const isEndWithoutMore = record.status === 'stop' && next.kind === 'late' && !next.isLess
    if (next.kind !== 'newer' && !isEndWithoutMore) {
      if (record.status === 'stop' && before !== undefined) this.#end(key, before)
      emit(notNewer(next, raw))
      return
    }
    const part = (before?.part ?? 0) + 1
    const counters = next.kind === 'newer' ? next.counters : (before?.counters ?? NO_COUNTERS)
    emit(this.#partOf(record, { before, counters, part, raw }))
    const state = { counters, part, closing: undefined, isCounted: true, isCarried: false }
    const counted = openSession(record, raw, state)
    if (record.status === 'stop') this.#end(key, counted)
    else keepNewest(this.#open, key, counted)
  }

  /** For a Stop that comes again. */
  #remember(record: AccountingRecord, raw: string, counters: SessionCounters): void {
    const state = { counters, part: 0, closing: undefined, isCounted: true, isCarried: false }
    this.#end(record.session, openSession(record, raw, state))
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

  #wholeSession(record: AccountingRecord, counters: SessionCounters, raw: string): Cdr {
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/stop`,
      startMs: record.atMs - counters.seconds * 1_000,
      durationSeconds: counters.seconds,
      volumeUpBytes: counters.input,
      volumeDownBytes: counters.output,
      partNumber: 0,
    })
  }

  #partOf(
    record: AccountingRecord,
    place: {
      before: OpenSession | undefined
      counters: SessionCounters
      part: number
      raw: string
    },
  ): Cdr {
    const { before, counters, part, raw } = place
    const counted = before?.counters ?? NO_COUNTERS
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/${record.status}/${counters.seconds}/${part}`,
      startMs: before?.atMs ?? record.atMs - counters.seconds * 1_000,
      durationSeconds: counters.seconds - counted.seconds,
      volumeUpBytes: counters.input - counted.input,
      volumeDownBytes: counters.output - counted.output,
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
  state: Pick<OpenSession, 'counters' | 'part' | 'closing' | 'isCounted' | 'isCarried'>,
): OpenSession {
  return { raw, nas: record.nas, atMs: record.atMs, ...state }
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
  const { raw, atMs, part, counters, isCounted, isCarried } = session
  const fields = { state, part: String(part), counters: countersToText(counters) }
  return { key, raw, atMs, fields, isCounted, isCarried }
}

/** The gateway gave the session's name to another one. */
function beganAfter(record: AccountingRecord, ended: OpenSession): boolean {
  const { sessionSeconds, atMs } = record
  return sessionSeconds > 0 && atMs - sessionSeconds * 1_000 > ended.atMs
}

function continuationOf(before: OpenSession | undefined, record: AccountingRecord): Continuation {
  return before === undefined
    ? { kind: 'newer', counters: firstCounters(record) }
    : continueCounters(before.counters, record)
}

function notNewer(next: Exclude<Continuation, { kind: 'newer' }>, raw: string): DecodedRecord {
  return next.kind === 'late'
    ? supersededRecord(raw)
    : rejectedRecord('invalid_quantity', next.detail, raw)
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
